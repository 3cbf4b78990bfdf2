"""What is known of a track, as every answer that names one shows it."""

from functools import lru_cache
from typing import NamedTuple

from music import Artist, shown_name

# Beside `track` and `album` (which may be missing). An export names one artist only; the catalogue knows them all.
COLUMNS = """
    track.name, track.uri, track.duration_ms, track.artist_name, album.name, album.image_url,
    ARRAY(SELECT ARRAY[artist.name, artist.spotify_id] FROM track_artist JOIN artist ON artist.id = artist_id
          WHERE track_id = track.id ORDER BY position)
"""
JOINS = "LEFT JOIN album ON album.id = track.album_id"


# Named tuples where rows come by the hundred: one takes a third of the time of a frozen dataclass to make.
class KnownTrack(NamedTuple):
    """A track; `name` is None where only its URI was ever reported."""

    name: str | None
    uri: str | None
    duration_ms: int | None
    artists: tuple[Artist, ...]
    album_name: str | None
    image_url: str | None


def known_track(
    name: str | None,
    uri: str | None,
    duration_ms: int | None,
    artist_name: str | None,
    album_name: str | None,
    image_url: str | None,
    known_artists: list[tuple[str, str | None]],
) -> KnownTrack:
    """A track from COLUMNS. Names that show nothing, which earlier versions stored, are none."""
    artists = tuple([_artist(*found) for found in known_artists if shown_name(found[0])])
    if not artists and artist_name is not None and shown_name(artist_name):
        artists = (_artist(artist_name),)
    return KnownTrack(shown_name(name), uri, duration_ms, artists, shown_name(album_name), image_url)


@lru_cache(4096)
def _artist(name: str, spotify_id: str | None = None) -> Artist:
    """The same one for the same words: a page names few artists many times."""
    return Artist(name, spotify_id)
