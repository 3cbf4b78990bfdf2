"""/track/<id>/<username>: how one track was played, and what was played next to it."""

from insights.answers.values import Id, Part
from insights.items.one_track import one_track
from insights.question import COMPLETENESS, COUNTING, PERIOD, Asking, Question
from insights.shown.items import After, Before, ItemIdGiven, Limit, PlayedItem, Step, how_played, look_up
from insights.shown.music import Track, shown_track


class TrackNeighbour(Part, frozen=True):
    id: Id
    track: Track
    before: Before
    after: After


class OneTrack(PlayedItem, frozen=True):
    id: Id
    track: Track
    neighbours: tuple[TrackNeighbour, ...]


def track(asking: Asking, id_: ItemIdGiven, step: Step = "month", limit: Limit = 10) -> OneTrack:
    """How one track was played.

    The same recording under several ids is one: `track` is the one that you asked for, and everything else is of its
    recording. Its rank is by plays; of equals the one played longer comes first, then the one whose name comes first.
    Neighbours are the recordings of the play that ended directly before or directly after one of its plays, within 30
    minutes, if both plays count and are in the period; the recording itself is none. They are looked up for its 500
    newest plays of the period, and ordered by how often they were beside it, then by name. A track that was
    played in other periods only has zeros and nulls; what was never played is not found (404), and to a link of one
    period neither is what was not played in it.
    """
    one = look_up(asking, "track", id_, one_track, step, limit)
    near = tuple(TrackNeighbour(each.id, shown_track(name), each.before, each.after) for each, name in one.neighbours)
    return OneTrack(**how_played(one.heard), id=one.id, track=shown_track(one.track), neighbours=near)


QUESTION = Question("track", track, takes=PERIOD + COUNTING + COMPLETENESS, about="{id}/{username}")
