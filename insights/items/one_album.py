"""One album: how it was played, its tracks, and the albums played next to it."""

from dataclasses import dataclass

from insights.items.kinds import ALBUM, TRACK
from insights.items.names import KnownAlbum, known_albums, known_tracks
from insights.items.neighbours import Neighbour, item_neighbours
from insights.items.one_item import Heard, MostHeard, how_it_was_heard, most_heard, own_plays
from insights.plays.scope import Scope
from insights.plays.tracks import KnownTrack


@dataclass(frozen=True, slots=True)
class OneAlbum:
    """`tracks` are the played tracks of the album; the same recording on another album is not one of them."""

    id: int
    album: KnownAlbum
    heard: Heard
    tracks: tuple[tuple[MostHeard, KnownTrack], ...]
    neighbours: tuple[tuple[Neighbour, KnownAlbum], ...]


def one_album(scope: Scope, album_id: int, step: str, limit: int) -> OneAlbum:
    """The album must be known. Nine queries. Raises TooManySteps."""
    own = own_plays(scope, ALBUM, album_id)
    heard = how_it_was_heard(scope, ALBUM, album_id, own, step)
    tracks = most_heard(scope.account_id, TRACK, own.tracks, limit)
    neighbours = item_neighbours(scope, ALBUM, album_id, own, limit)
    track_names = known_tracks(scope.account_id, (track.id for track in tracks))
    names = known_albums(scope.account_id, [album_id, *(neighbour.id for neighbour in neighbours)])
    return OneAlbum(
        album_id,
        names[album_id],
        heard,
        tuple((track, track_names[track.id]) for track in tracks),
        tuple((neighbour, names[neighbour.id]) for neighbour in neighbours),
    )
