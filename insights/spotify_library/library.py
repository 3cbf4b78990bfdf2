"""Liked songs, saved albums and followed artists, compared with what was played."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from db.engine.records import record, records
from insights.plays.scope import Scope
from insights.spotify_library.listed import with_listed

LibraryPart = Literal["liked-unheard", "played-unliked", "liked-unplayable", "albums-unfinished", "artists-unheard"]
IN_LIBRARY = """
    item.account_id = %(account_id)s AND removed_at IS NULL AND item.key <> ALL(%(hidden)s::text[]) AND kind =
"""
LIKED = f"""
    SELECT listed.*, item.added_at FROM library_item item JOIN listed ON listed.uri = item.key WHERE {IN_LIBRARY} 'song'
"""
UNLIKED = """
    SELECT * FROM played WHERE NOT EXISTS (SELECT FROM liked WHERE liked.song_id = played.song_id)
"""
# The played tracks of each saved album, and the followed artists without any. Exports have no ids, so names count, too.
OF_ALBUM = f"""
    SELECT key, heard.* FROM library_item item JOIN album ON album.spotify_id = item.key
    JOIN heard ON heard.album_id = album.id WHERE {IN_LIBRARY} 'album'
    UNION SELECT key, heard.* FROM library_item item JOIN account_track own USING (account_id)
    JOIN heard USING (track_id) WHERE {IN_LIBRARY} 'album' AND own.album_key = names_key
"""
ALBUMS = f"""
    SELECT item.key, item.name, item.artist_name, item.added_at, item.tracks,
           count(DISTINCT song_id) AS tracks_heard, coalesce(sum(plays), 0)::bigint AS plays,
           coalesce(sum(ms), 0)::bigint AS ms, max(last_played_at) AS last_played_at, min(album_id) AS album_id
    FROM library_item item LEFT JOIN of_album USING (key) WHERE {IN_LIBRARY} 'album'
    GROUP BY item.account_id, kind, item.key
"""
ARTISTS = f"""
    SELECT item.* FROM library_item item WHERE {IN_LIBRARY} 'artist' AND NOT EXISTS (
        SELECT FROM heard JOIN artist ON artist.id = heard.artist_id WHERE artist.spotify_id = item.key
    ) AND NOT EXISTS (
        SELECT FROM account_track own JOIN heard USING (track_id)
        WHERE own.account_id = item.account_id AND own.artist_key = names_key)
"""
WITH = f"""
    {with_listed()}, liked AS MATERIALIZED ({LIKED}), unliked AS ({UNLIKED}), of_album AS ({OF_ALBUM}),
    saved_album AS MATERIALIZED ({ALBUMS}), unheard_artist AS ({ARTISTS})
"""
UNFINISHED = "tracks_heard < tracks"
IN_ALL = f"""
    {WITH}
    SELECT (SELECT count(*) FROM liked) AS liked,
           (SELECT count(*) FROM liked WHERE plays = 0) AS liked_unheard,
           (SELECT count(*) FROM liked WHERE playable IS FALSE) AS liked_unplayable,
           (SELECT count(*) FROM unliked) AS played_unliked,
           (SELECT count(*) FROM saved_album) AS albums,
           (SELECT count(*) FROM saved_album WHERE {UNFINISHED}) AS albums_unfinished,
           (SELECT count(*) FROM library_item item WHERE {IN_LIBRARY} 'artist') AS artists,
           (SELECT count(*) FROM unheard_artist) AS artists_unheard
"""
SONGS = """
    SELECT uri AS key, name, artist_name, added_at, plays, ms AS ms_played, last_played_at, track_id AS id,
           NULL::integer AS tracks, NULL::bigint AS tracks_heard, unplayable_since
    FROM liked WHERE {which} ORDER BY {order} LIMIT %(limit)s
"""
PLAYED = """
    SELECT track.uri AS key, coalesce(own.name, track.name) AS name, own.artist_name, NULL::timestamptz AS added_at,
           plays, ms AS ms_played, last_played_at, track.id, NULL::integer AS tracks, NULL::bigint AS tracks_heard,
           NULL::timestamptz AS unplayable_since
    FROM unliked JOIN track ON track.id = unliked.track_id
    JOIN account_track own ON own.account_id = %(account_id)s AND own.track_id = track.id
    ORDER BY plays DESC, ms DESC, own.title_key COLLATE "C", track.id LIMIT %(limit)s
"""
SAVED_ALBUMS = f"""
    SELECT key, name, artist_name, added_at, plays, ms AS ms_played, last_played_at, album_id AS id, tracks,
           tracks_heard, NULL::timestamptz AS unplayable_since
    FROM saved_album WHERE {UNFINISHED}
    ORDER BY tracks_heard::double precision / tracks DESC, added_at DESC NULLS LAST, key LIMIT %(limit)s
"""
FOLLOWED = """
    SELECT key, name, artist_name, added_at, 0::bigint AS plays, 0::bigint AS ms_played,
           NULL::timestamptz AS last_played_at, NULL::bigint AS id, NULL::integer AS tracks,
           NULL::bigint AS tracks_heard, NULL::timestamptz AS unplayable_since
    FROM unheard_artist ORDER BY names_key COLLATE "C", key LIMIT %(limit)s
"""
NEWEST = "added_at DESC NULLS LAST, uri"
PARTS: Mapping[LibraryPart, str] = {
    "liked-unheard": WITH + SONGS.format(which="plays = 0", order=NEWEST),
    "played-unliked": WITH + PLAYED,
    "liked-unplayable": WITH + SONGS.format(which="playable IS FALSE", order=f"unplayable_since DESC, {NEWEST}"),
    "albums-unfinished": WITH + SAVED_ALBUMS,
    "artists-unheard": WITH + FOLLOWED,
}


class LibraryCounts(Struct, frozen=True):
    """How much is in the library, and in each part of it."""

    liked: int
    liked_unheard: int
    liked_unplayable: int
    played_unliked: int
    albums: int
    albums_unfinished: int
    artists: int
    artists_unheard: int

    def of_part(self, part: LibraryPart) -> int:
        count: int = getattr(self, part.replace("-", "_"))
        return count


class LibraryRecord(Struct, frozen=True):
    """An item of a part. `key` is a song's URI, or Spotify's id of an album or artist; `id` is ours, once played."""

    key: str | None
    name: str | None
    artist_name: str | None
    added_at: datetime | None
    plays: int
    ms_played: int
    last_played_at: datetime | None
    id: int | None
    tracks: int | None
    tracks_heard: int | None
    unplayable_since: datetime | None


def library_counts(scope: Scope, hidden: Sequence[str]) -> LibraryCounts:
    return record(LibraryCounts, IN_ALL, scope.values() | {"hidden": list(hidden)}) or LibraryCounts(
        0, 0, 0, 0, 0, 0, 0, 0
    )


def library_part(scope: Scope, part: LibraryPart, limit: int, hidden: Sequence[str]) -> list[LibraryRecord]:
    return records(LibraryRecord, PARTS[part], scope.values() | {"limit": limit, "hidden": list(hidden)})
