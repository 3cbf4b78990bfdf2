"""Combine what Spotify's API and an account's own exports report about its tracks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from psycopg2.extras import Json

from db.engine.changing import is_beside_others, wait_to_be_alone
from db.engine.connection import database, rows
from db.engine.records import records
from db.library.keys import credits_key
from music import NOBODY, is_nobody, name_key, shown_name, standard_isrc

PLAYED = """
    SELECT track_id FROM (SELECT DISTINCT track_id FROM play WHERE account_id = %(account)s) played
    WHERE track_id IS NOT NULL
"""
# Imports create them; they are created again if they were deleted with the only account that had plays of them.
ARTISTS = """
    INSERT INTO artist (name) SELECT DISTINCT artist_name FROM reported_track
    WHERE account_id = %(account)s AND (%(tracks)s::bigint[] IS NULL OR track_id = ANY(%(tracks)s::bigint[]))
      AND artist_name IS NOT NULL AND NOT EXISTS (
          SELECT FROM artist known WHERE known.name = artist_name AND spotify_id IS NULL)
    ORDER BY 1 ON CONFLICT (name) WHERE spotify_id IS NULL DO NOTHING
"""
ALBUMS = """
    INSERT INTO album (artist_id, name) SELECT DISTINCT artist.id, album_name FROM reported_track
    JOIN artist ON artist.name = artist_name AND spotify_id IS NULL
    WHERE account_id = %(account)s AND (%(tracks)s::bigint[] IS NULL OR track_id = ANY(%(tracks)s::bigint[]))
      AND album_name IS NOT NULL AND NOT EXISTS (
          SELECT FROM album known
          WHERE known.artist_id = artist.id AND known.name = album_name AND known.spotify_id IS NULL)
    ORDER BY 1, 2 ON CONFLICT (artist_id, name) WHERE spotify_id IS NULL DO NOTHING
"""
# The newest name counts, in whatever order exports were imported; for an artist, the newest that is not "Various
# Artists". A name that a newer row lacks comes from an older one.
DESCRIBED = """
    WITH wanted (track_id) AS MATERIALIZED ({wanted}), reported AS MATERIALIZED (
        SELECT track_id,
            (array_agg(ARRAY[name, artist_name] ORDER BY last_played_at DESC, name DESC, artist_name DESC)
                FILTER (WHERE name IS NOT NULL))[1:1] AS newest,
            (array_agg(artist_name ORDER BY last_played_at DESC, artist_name DESC)
                FILTER (WHERE artist_name IS NOT NULL AND (artist_key <> ALL(%(nobody)s)) IS NOT FALSE))[1] AS artist,
            (array_agg(ARRAY[artist_name, album_name] ORDER BY last_played_at DESC, album_name DESC)
                FILTER (WHERE album_name IS NOT NULL))[1:1] AS album,
            (array_agg(facts ORDER BY facts::text DESC) FILTER (WHERE facts IS NOT NULL))[1] AS facts,
            max(last_played_at) AS last
        FROM reported_track JOIN wanted USING (track_id) WHERE account_id = %(account)s GROUP BY track_id
    )
    SELECT track.id AS track_id, track.fetched_at IS NOT NULL AS is_described, track.name, track.artist_name,
        track.duration_ms, track.isrc, first_artist.id AS artist_id, first_artist.name AS artist, track.album_id,
        album.name AS album, album_artist.name AS album_artist,
        ARRAY(
            SELECT artist.name FROM track_artist JOIN artist ON artist.id = artist_id WHERE track_id = track.id
        ) AS artists,
        newest[1][1] AS own_name, coalesce(reported.artist, newest[1][2]) AS own_artist,
        named_artist.id AS own_artist_id, reported.album[1][1] AS own_album_artist, reported.album[1][2] AS own_album,
        named_album.id AS own_album_id, facts, last AS named_at
    FROM wanted JOIN track ON track.id = wanted.track_id
    LEFT JOIN track_artist ON track_artist.track_id = track.id AND position = 0
    LEFT JOIN artist first_artist ON first_artist.id = artist_id
    LEFT JOIN album ON album.id = track.album_id LEFT JOIN artist album_artist ON album_artist.id = album.artist_id
    LEFT JOIN reported ON reported.track_id = track.id
    LEFT JOIN artist named_artist
        ON named_artist.name = coalesce(reported.artist, track.artist_name) AND named_artist.spotify_id IS NULL
    LEFT JOIN artist named_album_artist
        ON named_album_artist.name = reported.album[1][1] AND named_album_artist.spotify_id IS NULL
    LEFT JOIN album named_album ON named_album.artist_id IS NOT DISTINCT FROM named_album_artist.id
        AND named_album.name = reported.album[1][2] AND named_album.spotify_id IS NULL
"""


class Sources(msgspec.Struct, frozen=True):
    """Everything reported about a track: by Spotify's API or another service, then (`own_…`) by the account's exports.

    The artists and albums of exports are those without a Spotify id.
    """

    track_id: int
    is_described: bool  # by Spotify's API
    name: str | None
    artist_name: str | None
    duration_ms: int | None
    isrc: str | None
    artist_id: int | None
    artist: str | None
    album_id: int | None
    album: str | None
    album_artist: str | None
    artists: list[str]
    own_name: str | None
    own_artist: str | None
    own_artist_id: int | None
    own_album_artist: str | None
    own_album: str | None
    own_album_id: int | None
    facts: dict[str, Any] | None  # Spotify's description, from our own export
    named_at: datetime | None


class LibraryTrack(NamedTuple):
    """A track in the account's library: the columns of `account_track` that do not depend on other tracks."""

    track_id: int
    name: str | None
    artist_name: str | None
    duration_ms: int | None
    isrc: str | None
    facts: Json | None
    named_at: datetime | None
    title_key: str | None
    artist_key: str | None
    credits_key: str | None
    album_key: str | None
    credit_id: int | None
    told_album_id: int | None


TYPES = (
    "bigint", "text", "text", "integer", "text", "jsonb", "timestamptz", "text", "text", "text", "text", "bigint",
    "bigint",
)  # fmt: skip
COLUMNS = LibraryTrack._fields
_ROWS = ", ".join(f"%s::{kind}[]" for kind in TYPES)
_KNOWN, _NEW = (", ".join(f"{table}.{column}" for column in COLUMNS[1:]) for table in ("known", "excluded"))
SAVE = f"""
    INSERT INTO account_track AS known (account_id, {", ".join(COLUMNS)}, artist_id, album_id, song_id)
    SELECT %s, described.*, credit_id, told_album_id, track_id FROM unnest({_ROWS}) AS described ({", ".join(COLUMNS)})
    ON CONFLICT (account_id, track_id) DO UPDATE SET ({", ".join(COLUMNS[1:])}) = ROW({_NEW})
        WHERE ({_KNOWN}) IS DISTINCT FROM ({_NEW})
    RETURNING 1
"""

FEW = 500  # after more changes, PostgreSQL needs new statistics: a join planned for a row or two would take minutes
UPDATE_STATISTICS = (
    "SET LOCAL default_statistics_target = 10", "ANALYZE account_track", "SET LOCAL default_statistics_target = DEFAULT"
)  # fmt: skip


def library_tracks(account_id: int, track_ids: Sequence[int] | None) -> list[LibraryTrack]:
    """The library entries of these tracks, or of all that the account has played."""
    _create_missing_names(account_id, track_ids)
    wanted = PLAYED if track_ids is None else "SELECT unnest(%(tracks)s::bigint[])"
    values = {"account": account_id, "tracks": track_ids, "nobody": sorted(NOBODY)}
    return [_library_track(track) for track in records(Sources, DESCRIBED.format(wanted=wanted), values)]


def _create_missing_names(account_id: int, track_ids: Sequence[int] | None) -> None:
    """All accounts share them, so a transaction beside others that has made any is rolled back."""
    values = {"account": account_id, "tracks": track_ids}
    for statement in (ARTISTS, ALBUMS):
        if database.execute_sql(statement, values).rowcount and is_beside_others():
            wait_to_be_alone()


def save_library_tracks(account_id: int, tracks: Sequence[LibraryTrack]) -> int:
    """Save library entries; returns how many are new or have changed."""
    columns = [list(column) for column in zip(*tracks, strict=True)]
    changed = len(rows(SAVE, account_id, *columns)) if columns else 0  # on a cluster, the row count has unchanged ones
    if changed > FEW:
        for statement in UPDATE_STATISTICS:
            database.execute_sql(statement)
    return changed


def _library_track(track: Sources) -> LibraryTrack:
    return _from_api(track) if track.is_described else _from_exports(track)


def _from_api(track: Sources) -> LibraryTrack:
    artist = shown_name(track.artist) or shown_name(track.artist_name)
    return LibraryTrack(
        track.track_id, track.name, artist, track.duration_ms, track.isrc, None, track.named_at, _key(track.name),
        _key(artist), credits_key(track.artists), _album_key(track.album_artist, track.album),
        _counted_artist(track.artist_id, artist), track.album_id,
    )  # fmt: skip


def _from_exports(track: Sources) -> LibraryTrack:
    """Details that exports lack may come from another service."""
    facts = track.facts or {}
    name, (artist, artist_id) = shown_name(track.own_name) or shown_name(track.name), _credit(track)
    artists = [credit["name"] for credit in facts.get("artists", ())] or [artist or ""]
    return LibraryTrack(
        track.track_id, name, artist, facts.get("duration_ms") or track.duration_ms,
        standard_isrc(facts.get("isrc")) or track.isrc, Json(facts) if facts else None, track.named_at, _key(name),
        _key(artist), credits_key(filter(None, artists)),
        _album_key(track.own_album_artist, track.own_album) or _album_key(track.album_artist, track.album),
        _counted_artist(artist_id, artist), track.own_album_id or track.album_id,
    )  # fmt: skip


def _credit(track: Sources) -> tuple[str | None, int | None]:
    """The artist's name and id; not "Various Artists" if any source names somebody."""
    reported = [(track.own_artist, track.own_artist_id), (track.artist, track.artist_id), (track.artist_name, None)]
    named = [(name, artist_id) for name, artist_id in reported if shown_name(name)]
    return next((credit for credit in named if not is_nobody(credit[0] or "")), named[0] if named else (None, None))


def _key(name: str | None) -> str | None:
    return name_key(name) or None if name else None


def _album_key(artist: str | None, album: str | None) -> str | None:
    return f"{name_key(artist or '')}\x1f{name_key(album)}" if album else None


def _counted_artist(artist_id: int | None, name: str | None) -> int | None:
    """The artist for whom plays count; nobody if the only name is "Various Artists"."""
    return None if name and is_nobody(name) else artist_id
