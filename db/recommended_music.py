"""Find the tracks that are recommended in the catalogue, or put those in that are not there yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import database, row
from db.same_recording import wait_for_recordings_lock

BY_URI = "SELECT id FROM track WHERE uri = %s"
# Of several of the same names one that Spotify can play, and of those always the same one.
BY_NAMES = """
    SELECT id FROM track WHERE lower(name) = lower(%s) AND lower(artist_name) = lower(%s)
    ORDER BY uri LIKE 'spotify:track:%%' DESC NULLS LAST, id LIMIT 1
"""
ARTIST = """
    WITH known AS (SELECT min(id) AS id FROM artist WHERE name = %(name)s), made AS (
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
# Nothing of it is taken for Spotify's description: whoever plays it brings that.
INSERT = "INSERT INTO track (uri, name, artist_name, album_id) VALUES (%s, %s, %s, %s) RETURNING id"
CREDIT = "INSERT INTO track_artist (track_id, position, artist_id) VALUES (%s, 0, %s)"


@dataclass(frozen=True, slots=True)
class NamedMusic:
    """A track by its id here, or by its URI, or by its names."""

    track_id: int | None
    uri: str | None
    name: str
    artist: str
    album: str | None = None


def track_ids(music: Sequence[NamedMusic]) -> list[int]:
    """Their ids in our catalogue, in order; what is new there is saved, in one transaction with the rest."""
    with database.atomic():
        wait_for_recordings_lock()
        return [each.track_id if each.track_id is not None else _found(each) or _saved(each) for each in music]


def _found(music: NamedMusic) -> int | None:
    found = (music.uri and row(BY_URI, music.uri)) or row(BY_NAMES, music.name, music.artist)
    return int(found[0]) if found else None


def _saved(music: NamedMusic) -> int:
    (artist,) = row(ARTIST, name=music.artist) or (None,)
    (album,) = (row(ALBUM, artist=artist, name=music.album) if music.album else None) or (None,)
    (track,) = row(INSERT, music.uri, music.name, music.artist, album) or (0,)
    database.execute_sql(CREDIT, (track, artist))
    return int(track)
