"""Rows for the tests about genres, years, sounds and origins of music."""

from collections.abc import Mapping, Sequence

from tests.web.seed import account, change, insert, known_track, play, track

GENRE = "INSERT INTO genre (name) VALUES (%s) ON CONFLICT (name) DO NOTHING"
SHARE = """
    INSERT INTO track_genre (track_id, genre_id, share, level, source)
    SELECT %s, id, %s, 'artist', 'listenbrainz' FROM genre WHERE name = %s
"""
YEAR = "INSERT INTO track_year (track_id, year, precision, source) VALUES (%s, %s, 'year', %s)"
SOUND = """
    INSERT INTO track_sound (track_id, energy, valence, danceability, acousticness, tempo, source, fetched_at)
    VALUES (%s, %s, %s, %s, %s, %s, 'reccobeats', now())
"""
ORIGIN = "INSERT INTO artist_origin (artist_id, country, area, source) VALUES (%s, %s, %s, 'musicbrainz')"


def know_genres(track_id: int, shares: Mapping[str, float]) -> None:
    for name, share in shares.items():
        change(GENRE, name)
        change(SHARE, track_id, share, name)


def know_year(track_id: int, year: int, source: str = "musicbrainz") -> None:
    change(YEAR, track_id, year, source)


def know_sound(track_id: int, values: Sequence[float | None]) -> None:
    change(SOUND, track_id, *values)


def know_origin(artist_id: int, country: str | None, area: str | None = None) -> None:
    change(ORIGIN, artist_id, country, area)


def three_songs() -> tuple[int, int, int, int]:
    """(Alice, Paper Boats, Glass, Static), which she played three times, twice and once in March 2026."""
    alice, boats = account(), known_track()
    quiet, glass = insert("artist", name="Quiet Rooms"), track(uri="spotify:track:" + "x" * 22, name="Glass")
    insert("track_artist", track_id=glass, position=0, artist_id=quiet)
    unknown = track(uri="spotify:track:" + "y" * 22, name="Static")
    for day, track_id in enumerate((boats, glass, boats, unknown, glass, boats), 1):
        play(alice, track_id, f"2026-03-0{day}T12:00:00Z")
    return alice, boats, glass, unknown


def with_genres() -> tuple[int, int, int, int]:
    """`three_songs`; Paper Boats is half dream pop and half shoegaze, Glass three quarters ambient, Static unknown."""
    alice, boats, glass, unknown = three_songs()
    know_genres(boats, {"dream pop": 0.5, "shoegaze": 0.5})
    know_genres(glass, {"ambient": 0.75, "dream pop": 0.25})
    return alice, boats, glass, unknown
