"""Save artists, albums and tracks as Spotify describes them, each once.

Artists are saved before albums, albums before tracks, and each kind sorted by its key, so that two programs that save
the same music at the same time wait for each other and never deadlock.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TypeGuard

import msgspec

from db.engine.changing import wait_to_be_alone
from db.engine.connection import database, row, rows
from db.engine.records import record, records
from db.library.contents import refresh_everybody
from db.library.keys import fill_keys_of_names
from db.library.stale_metadata import FRESH
from music import Album, Artist, Episode, Track, standard_isrc

# A description from long ago does not count as known when Spotify describes the track again.
DESCRIBED = """
    SELECT uri, id FROM track WHERE uri = ANY(%s) AND fetched_at IS NOT NULL AND (%s OR fetched_at > now() - %s)
"""
STORED_ARTIST = "SELECT id, (%s OR fetched_at > now() - %s) IS TRUE AS is_fresh FROM artist WHERE spotify_id = %s"
STORED_ALBUM = "SELECT id, (%s OR fetched_at > now() - %s) IS TRUE AS is_fresh FROM album WHERE spotify_id = %s"
INSERT_ARTIST = """
    INSERT INTO artist (spotify_id, name, fetched_at) VALUES (%s, %s, now())
    ON CONFLICT (spotify_id) DO UPDATE SET name = excluded.name, fetched_at = excluded.fetched_at RETURNING id
"""
INSERT_NAMED_ARTIST = """
    INSERT INTO artist (name) VALUES (%s)
    ON CONFLICT (name) WHERE spotify_id IS NULL DO UPDATE SET name = excluded.name RETURNING id
"""
INSERT_ALBUM = """
    INSERT INTO album (spotify_id, release_date, image_url, artist_id, name, fetched_at)
    VALUES (%s, %s, %s, %s, %s, now())
    ON CONFLICT (spotify_id) DO UPDATE SET name = excluded.name, release_date = excluded.release_date,
        image_url = excluded.image_url, fetched_at = excluded.fetched_at RETURNING id
"""
INSERT_NAMED_ALBUM = """
    INSERT INTO album (artist_id, name) VALUES (%s, %s)
    ON CONFLICT (artist_id, name) WHERE spotify_id IS NULL DO UPDATE SET name = excluded.name RETURNING id
"""
INSERT_TRACK = """
    INSERT INTO track (uri, name, artist_name, album_id, duration_ms, isrc, fetched_at)
    VALUES (%s, %s, %s, %s, %s, %s, now())
    ON CONFLICT (uri) DO UPDATE SET name = excluded.name, artist_name = excluded.artist_name,
        album_id = excluded.album_id, duration_ms = excluded.duration_ms, isrc = coalesce(excluded.isrc, track.isrc),
        fetched_at = excluded.fetched_at
    RETURNING id
"""
# Spotify has few details of a track that was taken down: known details stay until a later description replaces them.
INSERT_NAMELESS_TRACK = """
    INSERT INTO track (uri, artist_name, album_id, duration_ms, isrc) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (uri) DO UPDATE SET artist_name = coalesce(track.artist_name, excluded.artist_name),
        album_id = coalesce(excluded.album_id, track.album_id),
        duration_ms = coalesce(excluded.duration_ms, track.duration_ms), isrc = coalesce(excluded.isrc, track.isrc)
    RETURNING id
"""
INSERT_NAMED_TRACK = """
    INSERT INTO track (artist_name, name) VALUES (%s, %s)
    ON CONFLICT (artist_name, name) WHERE uri IS NULL DO UPDATE SET name = excluded.name RETURNING id
"""
INSERT_NAMES = """
    INSERT INTO track_name (track_id, artist_name, name)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS reported (track_id, artist_name, name)
    WHERE name IS NOT NULL
    UNION SELECT track.id, artist.name, track.name FROM track
        JOIN track_artist ON track_id = track.id JOIN artist ON artist.id = artist_id
        WHERE track.id = ANY(%s) AND track.name IS NOT NULL
    ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING
"""
DESCRIPTIONS = """
    SELECT id, md5(ROW(
        name, artist_name, album_id, duration_ms, isrc, fetched_at IS NOT NULL,
        ARRAY(SELECT artist_id FROM track_artist WHERE track_id = track.id ORDER BY position),
        ARRAY(SELECT ROW(known.artist_name, known.name, known.artist_key, known.title_key)::text
              FROM track_name known WHERE track_id = track.id ORDER BY 1))::text) AS digest
    FROM track WHERE uri = ANY(%s)
"""

# Tracks of artists and albums whose names have changed.
RENAMED = """
    WITH renamed_artist AS (
        SELECT artist.id FROM unnest(%(artists)s::text[], %(artist_names)s::text[]) AS described (spotify_id, name)
        JOIN artist USING (spotify_id) WHERE artist.name <> described.name
    ), renamed_album AS (
        SELECT album.id FROM unnest(%(albums)s::text[], %(album_names)s::text[]) AS described (spotify_id, name)
        JOIN album USING (spotify_id) WHERE album.name <> described.name
        UNION SELECT album.id FROM renamed_artist JOIN album ON artist_id = renamed_artist.id
    )
    SELECT track_id FROM renamed_artist JOIN track_artist ON artist_id = renamed_artist.id
    UNION SELECT track.id FROM renamed_album JOIN track ON album_id = renamed_album.id
"""


class _Described(msgspec.Struct, frozen=True):
    uri: str
    id: int


class _Description(msgspec.Struct, frozen=True):
    id: int
    digest: str


class _Stored(msgspec.Struct, frozen=True):
    id: int
    is_fresh: bool


def save_described(items: Iterable[Track | Episode]) -> None:
    """Save what Spotify has just described, in a short transaction of its own, before plays of it are stored.

    So those plays are stored beside others (db/engine/changing.py). Local files are saved with their plays only: names
    without plays would belong to nobody, and nobody's deletion would remove them.
    """
    if tracks := [item for item in items if _is_on_spotify(item)]:
        save_tracks(tracks, described_now=True)


def _is_on_spotify(item: Track | Episode) -> TypeGuard[Track]:
    return isinstance(item, Track) and item.name is not None and (item.uri or "").startswith("spotify:track:")


def save_tracks(tracks: Iterable[Track], *, described_now: bool = False) -> dict[Track, int]:
    """The key of every track; saves those that Spotify has not described before, in one transaction.

    `described_now`: Spotify has just described them, so stored descriptions that are old are updated.
    """
    wanted = sorted(set(tracks), key=lambda track: (track.uri or "", _credit(track) or "", track.name or ""))
    with database.atomic():
        described = _described([track.uri for track in wanted if track.uri], described_now)
        new = [track for track in wanted if track.uri not in described]
        keys = _save_new(new, described_now) if new else {}
    return {track: keys[track] if track in keys else described[track.uri or ""] for track in wanted}


def _save_new(tracks: list[Track], described_now: bool) -> dict[Track, int]:
    wait_to_be_alone()  # before any row is locked: the holder of the lock may wait for rows
    renamed, before = _renamed(tracks), _descriptions(tracks)
    artists = _save_artists(tracks, described_now)
    albums = _save_albums(tracks, artists, described_now)
    keys = {track: _save_track(track, artists, albums) for track in tracks}
    _save_names(keys)
    fill_keys_of_names(sorted(keys.values()))
    after = _descriptions(tracks)
    changed = {track_id for track_id in after.keys() & before.keys() if after[track_id] != before[track_id]}
    refresh_everybody(sorted(renamed | changed | {key for track, key in keys.items() if track.uri is None}))
    return keys


def _renamed(tracks: Iterable[Track]) -> set[int]:
    """The stored tracks whose names change when these tracks are saved."""
    tracks = list(tracks)
    artists, albums = _credited(tracks), {track.album for track in tracks if track.album}
    on_spotify: dict[str, Sequence[Artist | Album]] = {
        "artist": [artist for artist in artists if artist.spotify_id],
        "album": [album for album in albums if album.spotify_id],
    }
    values = {f"{kind}s": [each.spotify_id for each in music] for kind, music in on_spotify.items()}
    values |= {f"{kind}_names": [each.name for each in music] for kind, music in on_spotify.items()}
    return {track_id for (track_id,) in rows(RENAMED, **values)}


def _descriptions(tracks: Iterable[Track]) -> dict[int, str]:
    """A digest of what libraries read of each stored track. Nobody has played tracks that are not stored yet."""
    uris = [track.uri for track in tracks if track.uri]
    return {description.id: description.digest for description in records(_Description, DESCRIPTIONS, (uris,))}


def _described(uris: list[str], described_now: bool) -> dict[str, int]:
    return {track.uri: track.id for track in records(_Described, DESCRIBED, (uris, *_fresh(described_now)))}


def _fresh(described_now: bool) -> tuple[bool, timedelta]:
    return not described_now, FRESH


def _save_artists(tracks: list[Track], described_now: bool) -> dict[Artist, int]:
    ordered = sorted(_credited(tracks), key=lambda artist: (artist.name, artist.spotify_id or ""))
    return {artist: _save_artist(artist, described_now) for artist in ordered}


def _credited(tracks: Iterable[Track]) -> set[Artist]:
    """The artists credited with a track or its album."""
    tracks = list(tracks)
    credited = {artist for track in tracks for artist in track.artists}
    return credited | {artist for track in tracks if track.album for artist in track.album.artists}


def _save_artist(artist: Artist, described_now: bool) -> int:
    if artist.spotify_id is None:
        return _key(row(INSERT_NAMED_ARTIST, artist.name))
    stored = record(_Stored, STORED_ARTIST, (*_fresh(described_now), artist.spotify_id))
    if stored and stored.is_fresh:
        return stored.id
    return _key(row(INSERT_ARTIST, artist.spotify_id, artist.name))


def _save_albums(tracks: list[Track], artists: dict[Artist, int], described_now: bool) -> dict[Album, int]:
    albums = {track.album for track in tracks if track.album}
    ordered = sorted(albums, key=lambda album: (album.name, album.spotify_id or ""))
    return {album: _save_album(album, artists, described_now) for album in ordered}


def _save_album(album: Album, artists: dict[Artist, int], described_now: bool) -> int:
    artist = artists[album.artists[0]] if album.artists else None
    if album.spotify_id is None:
        return _key(row(INSERT_NAMED_ALBUM, artist, album.name))
    stored = record(_Stored, STORED_ALBUM, (*_fresh(described_now), album.spotify_id))
    if stored and stored.is_fresh:
        return stored.id
    values = (album.spotify_id, album.release_date, album.image_url, artist, album.name)
    return _key(row(INSERT_ALBUM, *values))


def _save_track(track: Track, artists: dict[Artist, int], albums: dict[Album, int]) -> int:
    if track.uri is None:
        key = _key(row(INSERT_NAMED_TRACK, _credit(track), track.name))
    else:
        album = albums[track.album] if track.album else None
        described = (_credit(track), album, track.duration_ms, standard_isrc(track.isrc))
        if track.name is None:
            key = _key(row(INSERT_NAMELESS_TRACK, track.uri, *described))
        else:
            key = _key(row(INSERT_TRACK, track.uri, track.name, *described))
    if track.name is not None or track.artists:
        _save_credits(key, [artists[artist] for artist in track.artists])
    return key


def _save_credits(track_id: int, artist_ids: Iterable[int]) -> None:
    database.execute_sql("DELETE FROM track_artist WHERE track_id = %s", (track_id,))
    for position, artist_id in enumerate(dict.fromkeys(artist_ids)):
        database.execute_sql("INSERT INTO track_artist VALUES (%s, %s, %s)", (track_id, position, artist_id))


def _save_names(keys: dict[Track, int]) -> None:
    """Save each track under the reported name of its artist and under the stored one, which may differ."""
    reported = {(key, artist.name, track.name) for track, key in keys.items() if track.name for artist in track.artists}
    columns = [list(column) for column in zip(*sorted(reported), strict=True)] or [[], [], []]
    database.execute_sql(INSERT_NAMES, (*columns, sorted(keys.values())))


def _credit(track: Track) -> str | None:
    return track.artists[0].name if track.artists else None


def _key(written: tuple[int, ...] | None) -> int:
    if written is None:  # every statement above returns the row that it wrote
        raise LookupError("a write returned no key")
    return written[0]
