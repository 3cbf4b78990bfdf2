"""Store the songs in playlists and liked songs, and since when each of them cannot be played."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from db.engine.connection import database
from music import Track, name_key, standard_isrc

# What Spotify leaves out never replaces what it said: a song that is gone has a URI and no names, and sometimes it does
# not say whether a song can be played.
SAVE = """
    INSERT INTO listed_song AS known
    SELECT %s, described.*, CASE WHEN playable IS FALSE THEN %s::timestamptz END, %s
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::integer[], %s::text[], %s::text[], %s::text[],
        %s::boolean[], %s::text[])
        AS described (uri, name, artist_name, album_name, duration_ms, isrc, title_key, artist_key, playable,
            restriction)
    ORDER BY uri
    ON CONFLICT (account_id, uri) DO UPDATE SET
        name = coalesce(excluded.name, known.name),
        artist_name = coalesce(excluded.artist_name, known.artist_name),
        album_name = coalesce(excluded.album_name, known.album_name),
        duration_ms = coalesce(excluded.duration_ms, known.duration_ms),
        isrc = coalesce(excluded.isrc, known.isrc),
        title_key = coalesce(excluded.title_key, known.title_key),
        artist_key = coalesce(excluded.artist_key, known.artist_key),
        playable = coalesce(excluded.playable, known.playable),
        restriction = CASE WHEN excluded.playable IS NULL THEN known.restriction ELSE excluded.restriction END,
        unplayable_since = CASE WHEN excluded.playable THEN NULL
            ELSE coalesce(known.unplayable_since, excluded.unplayable_since) END
"""
# Songs that no list names any more; the history of playlists keeps naming what was removed.
FORGET_UNLISTED = """
    DELETE FROM listed_song WHERE account_id = %(account)s
        AND NOT EXISTS (
            SELECT FROM playlist_item item WHERE item.account_id = %(account)s AND item.uri = listed_song.uri)
        AND NOT EXISTS (SELECT FROM library_item item WHERE item.account_id = %(account)s AND kind = 'song'
            AND key = listed_song.uri)
"""


@dataclass(frozen=True, slots=True)
class Playability:
    """`playable` is None if Spotify does not say; `restriction` is Spotify's word for why it is not."""

    playable: bool | None = None
    restriction: str | None = None


def save_songs(account_id: int, songs: Mapping[Track, Playability], now: datetime) -> None:
    """Save tracks with URIs as they are listed now. Runs in the caller's transaction."""
    described = {track.uri: _columns(track, each) for track, each in songs.items() if track.uri}
    if described:
        columns = map(list, zip(*described.values(), strict=True))
        database.execute_sql(SAVE, (account_id, now, now, *columns))


def _columns(track: Track, playability: Playability) -> tuple[object, ...]:
    artist = track.artists[0].name if track.artists else None
    return (
        track.uri, track.name, artist, track.album.name if track.album else None, track.duration_ms,
        standard_isrc(track.isrc), _key(track.name), _key(artist), playability.playable, playability.restriction,
    )  # fmt: skip


def _key(name: str | None) -> str | None:
    return name_key(name) or None if name else None


def forget_unlisted_songs(account_id: int) -> None:
    database.execute_sql(FORGET_UNLISTED, {"account": account_id})
