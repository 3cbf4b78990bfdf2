"""Save artists, albums and tracks as Spotify describes them, each once.

Artists are saved before albums, albums before tracks, and each kind in the order of its key: two programs that
save the same music at the same time then wait for each other and never deadlock.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from db.engine.connection import database, row, rows
from db.library.contents import refresh_everybody
from db.library.keys import fill_keys_of_names
from db.library.same_recording import wait_for_recordings_lock
from db.library.stale_metadata import FRESH
from music import Album, Artist, Track, standard_isrc

# What Spotify described long ago is not taken for known when it describes it again.
DESCRIBED = """
    SELECT uri, id FROM track WHERE uri = ANY(%s) AND fetched_at IS NOT NULL AND (%s OR fetched_at > now() - %s)
"""
KNOWN_ARTIST = "SELECT id, %s OR fetched_at > now() - %s FROM artist WHERE spotify_id = %s"
KNOWN_ALBUM = "SELECT id, %s OR fetched_at > now() - %s FROM album WHERE spotify_id = %s"
INSERT_ARTIST = """
    INSERT INTO artist (spotify_id, name, fetched_at) VALUES (%s, %s, now())
    ON CONFLICT (spotify_id) DO UPDATE SET name = excluded.name, fetched_at = now() RETURNING id
"""
INSERT_NAMED_ARTIST = """
    INSERT INTO artist (name) VALUES (%s)
    ON CONFLICT (name) WHERE spotify_id IS NULL DO UPDATE SET name = excluded.name RETURNING id
"""
INSERT_ALBUM = """
    INSERT INTO album (spotify_id, release_date, image_url, artist_id, name, fetched_at)
    VALUES (%s, %s, %s, %s, %s, now())
    ON CONFLICT (spotify_id) DO UPDATE SET name = excluded.name, release_date = excluded.release_date,
        image_url = excluded.image_url, fetched_at = now() RETURNING id
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
        fetched_at = now()
    RETURNING id
"""
# Of a track that was taken down Spotify says little: what was known stays, and a later description takes its place.
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
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS told (track_id, artist_name, name)
    WHERE name IS NOT NULL
    UNION SELECT track.id, artist.name, track.name FROM track
        JOIN track_artist ON track_id = track.id JOIN artist ON artist.id = artist_id
        WHERE track.id = ANY(%s) AND track.name IS NOT NULL
    ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING
"""

# Tracks of artists and albums that are called otherwise now.
RENAMED = """
    WITH called AS (
        SELECT artist.id FROM unnest(%(artists)s::text[], %(artist_names)s::text[]) AS told (spotify_id, name)
        JOIN artist USING (spotify_id) WHERE artist.name <> told.name
    ), titled AS (
        SELECT album.id FROM unnest(%(albums)s::text[], %(album_names)s::text[]) AS told (spotify_id, name)
        JOIN album USING (spotify_id) WHERE album.name <> told.name
        UNION SELECT album.id FROM called JOIN album ON artist_id = called.id
    )
    SELECT track_id FROM called JOIN track_artist ON artist_id = called.id
    UNION SELECT track.id FROM titled JOIN track ON album_id = titled.id
"""


def save_tracks(tracks: Iterable[Track], *, told_now: bool = False) -> dict[Track, int]:
    """The key of every track, saving those that Spotify has not described to us before; runs in one transaction.

    `told_now`: Spotify has described them just now, so what it said long ago is brought up to date.
    """
    wanted = sorted(set(tracks), key=lambda track: (track.uri or "", _credit(track) or "", track.name or ""))
    with database.atomic():
        found = _described([track.uri for track in wanted if track.uri], told_now)
        new = [track for track in wanted if track.uri not in found]
        keys = _save_new(new, told_now) if new else {}
    return {track: keys[track] if track in keys else found[track.uri or ""] for track in wanted}


def _save_new(tracks: list[Track], told_now: bool) -> dict[Track, int]:
    wait_for_recordings_lock()  # before any row is locked: whoever has this lock may wait for rows
    renamed = _renamed(tracks)
    artists = _save_artists(tracks, told_now)
    albums = _save_albums(tracks, artists, told_now)
    keys = {track: _save_track(track, artists, albums) for track in tracks}
    _save_names(keys)
    fill_keys_of_names(sorted(keys.values()))
    refresh_everybody(sorted(renamed | set(keys.values())))
    return keys


def _renamed(tracks: Iterable[Track]) -> set[int]:
    """What else may be called otherwise when these have been saved."""
    tracks = list(tracks)
    artists, albums = _credited(tracks), {track.album for track in tracks if track.album}
    known: dict[str, Sequence[Artist | Album]] = {
        "artist": [artist for artist in artists if artist.spotify_id],
        "album": [album for album in albums if album.spotify_id],
    }
    values = {f"{kind}s": [each.spotify_id for each in found] for kind, found in known.items()}
    values |= {f"{kind}_names": [each.name for each in found] for kind, found in known.items()}
    return {track_id for (track_id,) in rows(RENAMED, **values)}


def _described(uris: list[str], told_now: bool) -> dict[str, int]:
    return dict(rows(DESCRIBED, uris, *_fresh(told_now)))


def _fresh(told_now: bool) -> tuple[bool, timedelta]:
    return not told_now, FRESH


def _save_artists(tracks: list[Track], told_now: bool) -> dict[Artist, int]:
    ordered = sorted(_credited(tracks), key=lambda artist: (artist.name, artist.spotify_id or ""))
    return {artist: _save_artist(artist, told_now) for artist in ordered}


def _credited(tracks: Iterable[Track]) -> set[Artist]:
    """Whoever is credited with a track or its album."""
    tracks = list(tracks)
    credited = {artist for track in tracks for artist in track.artists}
    return credited | {artist for track in tracks if track.album for artist in track.album.artists}


def _save_artist(artist: Artist, told_now: bool) -> int:
    if artist.spotify_id is None:
        return _key(row(INSERT_NAMED_ARTIST, artist.name))
    known_id, is_fresh = row(KNOWN_ARTIST, *_fresh(told_now), artist.spotify_id) or (None, False)
    if is_fresh:
        return int(known_id)
    return _key(row(INSERT_ARTIST, artist.spotify_id, artist.name))


def _save_albums(tracks: list[Track], artists: dict[Artist, int], told_now: bool) -> dict[Album, int]:
    albums = {track.album for track in tracks if track.album}
    ordered = sorted(albums, key=lambda album: (album.name, album.spotify_id or ""))
    return {album: _save_album(album, artists, told_now) for album in ordered}


def _save_album(album: Album, artists: dict[Artist, int], told_now: bool) -> int:
    artist = artists[album.artists[0]] if album.artists else None
    if album.spotify_id is None:
        return _key(row(INSERT_NAMED_ALBUM, artist, album.name))
    known_id, is_fresh = row(KNOWN_ALBUM, *_fresh(told_now), album.spotify_id) or (None, False)
    if is_fresh:
        return int(known_id)
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
    """Both as reported now and as the artist is called here: an artist that was known keeps the name it had."""
    reported = {(key, artist.name, track.name) for track, key in keys.items() if track.name for artist in track.artists}
    columns = [list(column) for column in zip(*sorted(reported), strict=True)] or [[], [], []]
    database.execute_sql(INSERT_NAMES, (*columns, sorted(keys.values())))


def _credit(track: Track) -> str | None:
    return track.artists[0].name if track.artists else None


def _key(found: tuple[int, ...] | None) -> int:
    if found is None:  # every statement above returns the row it wrote
        raise LookupError("a write returned no key")
    return found[0]
