"""What the answers about playlists and the library share: songs as Spotify lists them, and when it was last asked."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from insights.answers.values import Count, Id, Milliseconds, Moment, Part, moment, says
from insights.shown.music import AlbumOfTrack, Artist, Track, track_url
from music import local_names

PlaylistId = Annotated[str, Meta(max_length=200), says("Spotify's id of it.")]
SongId = Annotated[Id | None, says("Null if it was not played in the period.")]
AddedAt = Annotated[Moment | None, says("Null if Spotify does not say it.")]
Plays = Annotated[Count, says("In the period, of the song under any id.")]
Played = Annotated[Milliseconds, says("In the period.")]
LastPlayed = Annotated[Moment | None, says("Null if it was not played in the period.")]
ReadAt = Annotated[Moment | None, says("When Insight last read it from Spotify; null: not yet.")]


class LibraryReading(Part, frozen=True):
    """Whether Insight reads playlists and the library from Spotify, which the listener decides."""

    is_on: bool
    read_at: ReadAt


def maybe(instant: datetime | None) -> str | None:
    return moment(instant) if instant else None


def listed_track(
    uri: str | None, name: str | None, artist: str | None, album: str | None = None, duration_ms: int | None = None
) -> Track | None:
    """The track; None for an empty place where nobody knows what was there."""
    if uri is None and name is None:
        return None
    named = name or local_names(uri or "")[2]
    artists = (Artist(artist, None),) if artist else ()
    of_album = AlbumOfTrack(album, None) if album else None
    return Track(named, uri, track_url(uri), duration_ms, artists, of_album)
