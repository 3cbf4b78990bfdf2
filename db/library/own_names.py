"""Find the names of music that no account has any more, and delete them: with an account, those that only it reported.

A track that plays once referred to is cleared, not deleted: there is no index from tracks to plays, so PostgreSQL would
have to search everybody's plays for references to it.
"""

import msgspec

from db.engine.connection import database, row
from db.engine.records import record

# Tracks without a Spotify id, and the artists and albums that exports named: those of every account, because an import
# that was undone, or killed before it stored plays, leaves names to which nothing refers.
GATHER = """
    CREATE TEMPORARY TABLE own_name ON COMMIT DROP AS
    SELECT id FROM track WHERE uri IS NULL OR uri LIKE 'spotify:local:%%';
    CREATE TEMPORARY TABLE own_album ON COMMIT DROP AS SELECT id FROM album WHERE spotify_id IS NULL;
    CREATE TEMPORARY TABLE own_artist ON COMMIT DROP AS SELECT id FROM artist WHERE spotify_id IS NULL;
"""
STATISTICS = "ANALYZE own_name, own_album, own_artist"
IN_LIBRARIES = """
    DELETE FROM own_name WHERE id IN (SELECT track_id FROM account_track WHERE track_id IN (SELECT id FROM own_name))
"""
KNOWN_ELSEWHERE = """
    DELETE FROM own_name WHERE id IN (
        SELECT track_id FROM play WHERE track_id IN (SELECT id FROM own_name)
        UNION SELECT track_id FROM reported_track WHERE track_id IN (SELECT id FROM own_name)
        UNION SELECT track_id FROM recommendation UNION SELECT track_id FROM recommendation_baseline
        UNION SELECT track_id FROM recommendation_feedback
        UNION SELECT track_id FROM recording_choice UNION SELECT recording_id FROM recording_choice)
"""
ALBUMS_KNOWN_ELSEWHERE = """
    DELETE FROM own_album WHERE id IN (
        SELECT told_album_id FROM account_track WHERE told_album_id IN (SELECT id FROM own_album)
        UNION SELECT album_id FROM account_track WHERE album_id IN (SELECT id FROM own_album)
        UNION SELECT album_id FROM recommendation_feedback WHERE album_id IS NOT NULL
        UNION SELECT album.id FROM album JOIN artist ON artist.id = artist_id
            WHERE (artist.name, album.name) IN (SELECT artist_name, album_name FROM reported_track))
"""
ARTISTS_KNOWN_ELSEWHERE = """
    DELETE FROM own_artist WHERE id IN (
        SELECT credit_id FROM account_track WHERE credit_id IN (SELECT id FROM own_artist)
        UNION SELECT artist_id FROM account_track WHERE artist_id IN (SELECT id FROM own_artist)
        UNION SELECT artist_id FROM recommendation_feedback WHERE artist_id IS NOT NULL
        UNION SELECT id FROM artist WHERE name IN (SELECT artist_name FROM reported_track))
"""
LEFT = """
    SELECT (SELECT array_agg(id) FROM own_name) AS names, (SELECT array_agg(id) FROM own_album) AS albums,
           (SELECT array_agg(id) FROM own_artist) AS artists
"""
# By their ids, because a cluster does not know temporary tables.
FORGET = """
    DELETE FROM track_name WHERE track_id = ANY(%(names)s::bigint[]);
    DELETE FROM track_artist WHERE track_id = ANY(%(names)s::bigint[]);
    DELETE FROM track_identity WHERE track_id = ANY(%(names)s::bigint[]);
    UPDATE track SET uri = 'forgotten:' || track.id, name = NULL, artist_name = NULL, album_id = NULL,
        duration_ms = NULL, isrc = NULL, fetched_at = NULL
    WHERE id = ANY(%(names)s::bigint[]);
    DELETE FROM album WHERE id = ANY(%(albums)s::bigint[]) AND spotify_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM track WHERE album_id = album.id);
    DELETE FROM artist WHERE id = ANY(%(artists)s::bigint[]) AND spotify_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM track_artist WHERE artist_id = artist.id)
        AND NOT EXISTS (SELECT 1 FROM album WHERE artist_id = artist.id);
"""


class _Names(msgspec.Struct, frozen=True):
    names: list[int] | None
    albums: list[int] | None
    artists: list[int] | None


def forget_names_of_nobody() -> None:
    """Delete the names that no account has any more; runs after an account is deleted, in the same transaction.

    The caller holds the names lock and is alone (db/engine/changing.py).
    """
    for statement in (GATHER, STATISTICS, IN_LIBRARIES):
        database.execute_sql(statement)
    if row("SELECT FROM own_name LIMIT 1") is not None:
        database.execute_sql(KNOWN_ELSEWHERE)
    for statement in (ALBUMS_KNOWN_ELSEWHERE, ARTISTS_KNOWN_ELSEWHERE):
        database.execute_sql(statement)
    if left := record(_Names, LEFT):
        database.execute_sql(FORGET, msgspec.structs.asdict(left))
