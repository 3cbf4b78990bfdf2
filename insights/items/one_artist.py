"""One artist: how they were played, their tracks and albums, and the artists played next to them."""

from dataclasses import dataclass

from insights.items.kinds import ALBUM, ARTIST, TRACK
from insights.items.names import KnownAlbum, known_albums, known_artists, known_tracks
from insights.items.neighbours import Neighbour, item_neighbours
from insights.items.one_item import Heard, MostHeard, how_it_was_heard, most_heard, own_plays
from insights.plays.scope import Scope
from insights.plays.tracks import KnownTrack
from music import Artist


@dataclass(frozen=True, slots=True)
class OneArtist:
    """An artist's plays are those of the tracks whose first artist they are."""

    id: int
    artist: Artist
    heard: Heard
    tracks: tuple[tuple[MostHeard, KnownTrack], ...]
    albums: tuple[tuple[MostHeard, KnownAlbum], ...]
    neighbours: tuple[tuple[Neighbour, Artist], ...]


def one_artist(scope: Scope, artist_id: int, step: str, limit: int) -> OneArtist:
    """The artist must be known. Eleven queries. Raises TooManySteps."""
    own = own_plays(scope, ARTIST, artist_id)
    heard = how_it_was_heard(scope, ARTIST, artist_id, own, step)
    tracks, albums = (most_heard(scope.account_id, kind, own.tracks, limit) for kind in (TRACK, ALBUM))
    neighbours = item_neighbours(scope, ARTIST, artist_id, own, limit)
    track_names = known_tracks(scope.account_id, (track.id for track in tracks))
    album_names = known_albums(scope.account_id, (album.id for album in albums))
    names = known_artists(scope.account_id, [artist_id, *(neighbour.id for neighbour in neighbours)])
    return OneArtist(
        artist_id,
        names[artist_id],
        heard,
        tuple((track, track_names[track.id]) for track in tracks),
        tuple((album, album_names[album.id]) for album in albums),
        tuple((neighbour, names[neighbour.id]) for neighbour in neighbours),
    )
