"""Delete facts about music that no account has any more, or whose names are private again."""

from collections.abc import Sequence
from datetime import datetime

from db.engine.changing import is_beside_others, wait_to_be_alone
from db.engine.connection import database, row, rows
from db.enrichment.lookups import purge_lookups
from db.enrichment.names import IS_DESCRIBED, NAMED
from music import NOBODY

# For some tracks, or all (null). Accounts that still have a track that loses its genres get new answers.
_OF_TRACKS = f"""
    WITH wanted AS MATERIALIZED (
        SELECT track.id AS track_id FROM track
        WHERE NOT {IS_DESCRIBED} AND (%(tracks)s::bigint[] IS NULL OR track.id = ANY(%(tracks)s))
          AND (EXISTS (SELECT FROM track_identity WHERE track_id = track.id)
            OR EXISTS (SELECT FROM track_genre WHERE track_id = track.id)
            OR EXISTS (SELECT FROM track_year WHERE track_id = track.id))
    ), named AS MATERIALIZED ({NAMED}), private AS (
        SELECT track_id, named.track_id IS NULL AS is_unnamed
        FROM wanted LEFT JOIN named USING (track_id) WHERE may_be_sent IS NOT TRUE
    )
"""
IS_ANY_PRIVATE = f"{_OF_TRACKS} SELECT true FROM private LIMIT 1"
PRIVATE = f"""
    {_OF_TRACKS}, identities AS (
        DELETE FROM track_identity USING private WHERE track_identity.track_id = private.track_id AND source = 'names'
    ), years AS (
        DELETE FROM track_year USING private WHERE track_year.track_id = private.track_id AND is_unnamed
    ), genres AS (
        DELETE FROM track_genre USING private WHERE track_genre.track_id = private.track_id AND is_unnamed
        RETURNING track_genre.track_id
    )
    INSERT INTO account_version (account_id)
    SELECT DISTINCT account_id FROM account_track WHERE track_id IN (SELECT track_id FROM genres)
    ORDER BY 1 ON CONFLICT (account_id) DO UPDATE SET data_version = account_version.data_version + 1
"""
UNDESCRIBED = f"SELECT FROM track WHERE id = ANY(%s) AND NOT {IS_DESCRIBED} LIMIT 1"
# Artists that Spotify never named and that only one account's exports name. What accounts have is read first, because a
# cluster cannot read accounts' tables while it deletes from a reference table.
_PRIVATE = """
    WITH shared AS MATERIALIZED (
        SELECT artist_id FROM account_track WHERE artist_id IS NOT NULL
        GROUP BY artist_id HAVING count(DISTINCT account_id) > 1
        UNION SELECT artist_id FROM account_track
        WHERE artist_id IS NOT NULL AND account_id IN (SELECT account_id FROM name_lookup_choice)
    ), private AS MATERIALIZED (
        SELECT id FROM artist WHERE spotify_id IS NULL AND id NOT IN (SELECT artist_id FROM shared)
    )
"""
PRIVATE_ARTISTS = f"""
    {_PRIVATE} DELETE FROM artist_identity WHERE artist_id IN (SELECT id FROM private) AND source = 'names'
"""
PRIVATE_TAGS = f"{_PRIVATE} DELETE FROM artist_tag WHERE artist_id IN (SELECT id FROM private)"
UNFOUNDED_ORIGINS = """
    DELETE FROM artist_origin WHERE NOT EXISTS (
        SELECT FROM artist_identity WHERE artist_identity.artist_id = artist_origin.artist_id)
"""
UNHEARD_SOUNDS = """
    WITH heard AS MATERIALIZED (
        SELECT DISTINCT track_id FROM account_track WHERE track_id IN (SELECT track_id FROM track_sound)
    )
    DELETE FROM track_sound WHERE track_id NOT IN (SELECT track_id FROM heard)
"""
SOUNDS_OF_ONE = """
    WITH own AS MATERIALIZED (
        SELECT track_id FROM account_track
        WHERE account_id = %(account)s AND track_id IN (SELECT track_id FROM track_sound)
    ), others AS MATERIALIZED (
        SELECT track_id FROM account_track
        WHERE account_id <> %(account)s AND track_id IN (SELECT track_id FROM own)
    )
    DELETE FROM track_sound
    WHERE track_id IN (SELECT track_id FROM own) AND track_id NOT IN (SELECT track_id FROM others)
"""
SOUNDS_OF = "DELETE FROM track_sound WHERE source = %s"
LASTFM_TAGS = "DELETE FROM artist_tag WHERE fetched_at < %s"
TOO_MANY = """
    DELETE FROM artist_tag USING (
        SELECT artist_id, source, name, sum(octet_length(name) + 60) OVER newest AS bytes
        FROM artist_tag WHERE source = %(source)s WINDOW newest AS (ORDER BY fetched_at DESC, artist_id, name)
    ) sized
    WHERE artist_tag.artist_id = sized.artist_id AND artist_tag.source = sized.source
        AND artist_tag.name = sized.name AND bytes > %(most_bytes)s
"""
# MusicBrainz' facts about music that no account has any more.
UNUSED = (
    """
    DELETE FROM known_recording WHERE NOT EXISTS (
        SELECT FROM track_identity WHERE track_identity.mbid = known_recording.mbid)
    """,
    """
    DELETE FROM known_release_group WHERE NOT EXISTS (
        SELECT FROM known_recording WHERE release_group_mbid = known_release_group.mbid)
    """,
    """
    DELETE FROM known_artist WHERE NOT EXISTS (
        SELECT FROM artist_identity WHERE artist_identity.mbid = known_artist.mbid)
    """,
    """
    DELETE FROM tag WHERE entity = 'recording' AND NOT EXISTS (
            SELECT FROM known_recording WHERE known_recording.mbid = tag.mbid)
        OR entity = 'release_group' AND NOT EXISTS (
            SELECT FROM known_release_group WHERE known_release_group.mbid = tag.mbid)
            AND NOT EXISTS (SELECT FROM known_recording WHERE release_group_mbid = tag.mbid)
        OR entity = 'artist' AND NOT EXISTS (SELECT FROM artist_identity WHERE artist_identity.mbid = tag.mbid)
    """,
)


def forget_private_tracks(track_ids: Sequence[int] | None) -> None:
    """Forget what followed from names of these tracks (None: of all) that are private, or have become private.

    Runs in the caller's transaction, after names by which accounts know the tracks have changed.
    """
    if track_ids is not None and not rows(UNDESCRIBED, list(track_ids)):
        return  # most of the time, Spotify has named them all
    values = {"nobody": [name.lower() for name in NOBODY], "tracks": track_ids}
    if is_beside_others():
        if row(IS_ANY_PRIVATE, **values):
            wait_to_be_alone()
    else:
        database.execute_sql(PRIVATE, values)


def forget_private_music(track_ids: Sequence[int] | None = None) -> None:
    """The same, and for artists: after an account was deleted, or has revoked name lookups."""
    forget_private_tracks(track_ids)
    for statement in (PRIVATE_ARTISTS, PRIVATE_TAGS, UNFOUNDED_ORIGINS, UNHEARD_SOUNDS):
        database.execute_sql(statement)


def forget_sounds_of(account_id: int) -> None:
    """Delete the sound of tracks that only this account has, whose consent has ended."""
    database.execute_sql(SOUNDS_OF_ONE, {"account": account_id})


def forget_sounds_by(service: str) -> None:
    """Delete the values of a service that the operator no longer uses."""
    database.execute_sql(SOUNDS_OF, (service,))


def purge_enrichment(now: datetime, older_than: datetime, most_bytes: dict[str, int]) -> None:
    """Delete facts about music that no account has, tags that are too old or too many, and old lookups."""
    for statement in UNUSED:
        database.execute_sql(statement)
    database.execute_sql(LASTFM_TAGS, (older_than,))
    for service, limit in most_bytes.items():
        database.execute_sql(TOO_MANY, {"source": service, "most_bytes": limit})
    purge_lookups(now)
