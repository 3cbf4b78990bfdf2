"""One track: how it was played, under all its ids, and the tracks played next to it."""

from dataclasses import dataclass

from insights.items.kinds import TRACK
from insights.items.names import known_tracks
from insights.items.neighbours import Neighbour, item_neighbours
from insights.items.one_item import Heard, how_it_was_heard, own_plays
from insights.plays.scope import Scope
from insights.plays.tracks import KnownTrack


@dataclass(frozen=True, slots=True)
class OneTrack:
    """`track` is the requested track; `heard` is about its recording, under all its ids."""

    id: int
    track: KnownTrack
    heard: Heard
    neighbours: tuple[tuple[Neighbour, KnownTrack], ...]


def one_track(scope: Scope, track_id: int, step: str, limit: int) -> OneTrack:
    """The track must be known. Seven queries. Raises TooManySteps."""
    own = own_plays(scope, TRACK, track_id)
    heard = how_it_was_heard(scope, TRACK, track_id, own, step)
    neighbours = item_neighbours(scope, TRACK, track_id, own, limit)
    names = known_tracks(scope.account_id, [track_id, *(neighbour.id for neighbour in neighbours)])
    return OneTrack(
        track_id, names[track_id], heard, tuple((neighbour, names[neighbour.id]) for neighbour in neighbours)
    )
