"""Find recommended tracks in the catalogue, and add those that it lacks."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from db.engine.changing import wait_to_be_alone
from db.engine.connection import database, row, rows
from db.engine.records import records
from db.library.contents import refresh_everybody
from db.library.keys import keys_of

# By URI, else by names: first in the account's own library, then among tracks that Spotify or another service has named
# (a track without a URI that no service has named comes from somebody's export). If several have these names, one that
# Spotify can play is preferred, and always the same one.
KNOWN = """
    WITH wanted AS (
        SELECT * FROM unnest(
            %(uris)s::text[], %(names)s::text[], %(artists)s::text[], %(titles)s::text[], %(credits)s::text[]
        ) WITH ORDINALITY AS wanted (uri, name, artist, title_key, artist_key, n)
    ), known AS (
        SELECT n, track.id, uri, 1 AS way FROM wanted JOIN track USING (uri)
        UNION ALL SELECT n, track.id, track.uri, 2 FROM wanted
        JOIN account_track own ON account_id = %(account)s AND own.title_key = wanted.title_key
            AND own.artist_key = wanted.artist_key
        JOIN track ON track.id = track_id
        UNION ALL SELECT n, track.id, track.uri, 3 FROM wanted
        JOIN track ON lower(track.name) = lower(wanted.name) AND lower(artist_name) = lower(artist)
        WHERE track.uri IS NOT NULL OR EXISTS (SELECT FROM track_artist WHERE track_id = track.id)
    )
    SELECT DISTINCT ON (n) n - 1 AS place, id AS track_id FROM known JOIN wanted USING (n)
    WHERE wanted.uri IS NULL OR known.uri LIKE 'spotify:track:%%' OR known.uri = wanted.uri
    ORDER BY n, way, known.uri LIKE 'spotify:track:%%' DESC NULLS LAST, known.uri, id
"""
# A track that the account has played has a name in its library, or rightly has none.
NAMELESS = """
    SELECT id FROM track WHERE id = ANY(%(tracks)s::bigint[]) AND name IS NULL AND NOT EXISTS (
        SELECT FROM account_track WHERE account_id = %(account)s AND track_id = track.id)
"""
# If several artists on Spotify share the name, none of them is chosen.
ARTIST = """
    WITH known AS (
        SELECT CASE WHEN count(spotify_id) = 1 THEN min(id) FILTER (WHERE spotify_id IS NOT NULL)
                    ELSE min(id) FILTER (WHERE spotify_id IS NULL) END AS id
        FROM artist WHERE name = %(name)s
    ), made AS (
        INSERT INTO artist (name) SELECT %(name)s FROM known WHERE id IS NULL
        ON CONFLICT (name) WHERE spotify_id IS NULL DO UPDATE SET name = excluded.name RETURNING id
    )
    SELECT coalesce(made.id, known.id) FROM known LEFT JOIN made ON true
"""
ALBUM = """
    WITH known AS (SELECT min(id) AS id FROM album WHERE artist_id = %(artist)s AND name = %(name)s), made AS (
        INSERT INTO album (artist_id, name) SELECT %(artist)s, %(name)s FROM known WHERE id IS NULL
        ON CONFLICT (artist_id, name) WHERE spotify_id IS NULL DO UPDATE SET name = excluded.name RETURNING id
    )
    SELECT coalesce(made.id, known.id) FROM known LEFT JOIN made ON true
"""
# `fetched_at` stays null, because this is not Spotify's description; that arrives when somebody plays the track. To
# write to the key would wait for every transaction with new plays of the track, which may wait for this one.
INSERT = """
    INSERT INTO track (uri, name, artist_name, album_id) VALUES (%s, %s, %s, %s)
    ON CONFLICT (uri) DO UPDATE SET album_id = track.album_id RETURNING id
"""
INSERT_NAMED = """
    INSERT INTO track (name, artist_name, album_id) VALUES (%s, %s, %s)
    ON CONFLICT (artist_name, name) WHERE uri IS NULL DO UPDATE SET name = excluded.name RETURNING id
"""
NAME = "UPDATE track SET name = %s, artist_name = %s, album_id = %s WHERE id = %s"
CREDIT = "INSERT INTO track_artist (track_id, position, artist_id) VALUES (%s, 0, %s) ON CONFLICT DO NOTHING"


class NamedTrack(Protocol):
    """A track, identified by its id in our database, or by its URI, or by its names.

    The names are the account's own, or public ones: those of a service, or of several listeners who agreed to share.
    """

    @property
    def track_id(self) -> int | None: ...
    @property
    def uri(self) -> str | None: ...
    @property
    def name(self) -> str: ...
    @property
    def artist(self) -> str: ...
    @property
    def album(self) -> str | None: ...


class _KnownTrack(msgspec.Struct, frozen=True):
    place: int
    track_id: int


def track_ids(account_id: int, music: Sequence[NamedTrack]) -> list[int]:
    """The ids of the tracks in our catalogue, in order; saves new tracks, and names of nameless ones, atomically."""
    with database.atomic():
        wait_to_be_alone()
        stored = _stored_ids(account_id, music)
        ids = [stored[n] if n in stored else _save(track) for n, track in enumerate(music)]
        nameless = {track_id for (track_id,) in rows(NAMELESS, account=account_id, tracks=ids)}
        for track_id, track in zip(ids, music, strict=True):
            if track_id in nameless:
                _name(track_id, track)
        refresh_everybody(sorted(nameless))
    return ids


def _stored_ids(account_id: int, music: Sequence[NamedTrack]) -> dict[int, int]:
    """The ids of known tracks, by their place in `music`."""
    identified = {n: track.track_id for n, track in enumerate(music) if track.track_id is not None}
    others = [n for n in range(len(music)) if n not in identified]
    if not others:
        return identified
    uris, names, artists = ([getattr(music[n], field) for n in others] for field in ("uri", "name", "artist"))
    values = {
        "account": account_id, "uris": uris, "names": names, "artists": artists, "titles": keys_of(names),
        "credits": keys_of(artists),
    }  # fmt: skip
    return identified | {others[track.place]: track.track_id for track in records(_KnownTrack, KNOWN, values)}


def _save(music: NamedTrack) -> int:
    artist, album = _credits(music)
    if music.uri:
        (track,) = row(INSERT, music.uri, music.name, music.artist, album) or (0,)
    else:
        (track,) = row(INSERT_NAMED, music.name, music.artist, album) or (0,)
    database.execute_sql(CREDIT, (track, artist))
    return int(track)


def _name(track_id: int, music: NamedTrack) -> None:
    """Name a track that only others' exports have named so far; this account must not see those names."""
    artist, album = _credits(music)
    database.execute_sql(NAME, (music.name, music.artist, album, track_id))
    database.execute_sql(CREDIT, (track_id, artist))


def _credits(music: NamedTrack) -> tuple[int, int | None]:
    (artist,) = row(ARTIST, name=music.artist) or (0,)
    (album,) = (row(ALBUM, artist=artist, name=music.album) if music.album else None) or (None,)
    return int(artist), album
