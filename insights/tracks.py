"""What is known of a track, as every answer that names one shows it."""

from dataclasses import dataclass

from music import Artist

# Beside `track` and `album` (which may be missing). An export names one artist only; the catalogue knows them all.
COLUMNS = """
    track.name, track.uri, track.duration_ms, track.artist_name, album.name, album.image_url,
    ARRAY(SELECT artist.name FROM track_artist JOIN artist ON artist.id = artist_id
          WHERE track_id = track.id ORDER BY position),
    ARRAY(SELECT artist.spotify_id FROM track_artist JOIN artist ON artist.id = artist_id
          WHERE track_id = track.id ORDER BY position)
"""
JOINS = "LEFT JOIN album ON album.id = track.album_id"


@dataclass(frozen=True, slots=True)
class KnownTrack:
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
    artist_names: list[str],
    artist_ids: list[str | None],
) -> KnownTrack:
    """A track from COLUMNS."""
    artists = tuple(Artist(*found) for found in zip(artist_names, artist_ids, strict=True))
    if not artists and artist_name is not None:
        artists = (Artist(artist_name),)
    return KnownTrack(name, uri, duration_ms, artists, album_name, image_url)
