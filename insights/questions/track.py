"""/track/<id>/<username>: how one track was played, and what was played next to it."""

from typing import Annotated

from insights.answers.values import Id, Part, says
from insights.items.one_track import one_track
from insights.question import COMPLETENESS, COUNTING, PERIOD, Asking, Question
from insights.shown.items import After, Before, ItemIdGiven, Limit, PlayedItem, Step, how_played, known_year, look_up
from insights.shown.music import Track, shown_track


class TrackNeighbour(Part, frozen=True):
    id: Id
    track: Track
    before: Before
    after: After


class OneTrack(PlayedItem, frozen=True):
    id: Id
    track: Track
    year: Annotated[int | None, says("The earliest known year of its recording; null if none is known.")]
    neighbours: tuple[TrackNeighbour, ...]


def track(asking: Asking, id_: ItemIdGiven, step: Step = "month", limit: Limit = 10) -> OneTrack:
    """How you played one track.

    The same recording under several ids counts as one: `track` is the id that you asked for, and everything else is
    about its recording. The rank is by plays; ties are broken by listening time, then by name. Neighbours are the
    recordings that you played directly before or after it, within 30 minutes, if both plays count and are in the
    period. They come from its 500 newest plays in the period, the most frequent first, then by name. A track that you
    played only in other periods has zeros and nulls. A track that you never played is not found (404); a share link
    for one period also does not find what you did not play in it.
    """
    details = look_up(asking, "track", id_, one_track, step, limit)
    near = tuple(
        TrackNeighbour(each.id, shown_track(name), each.before, each.after) for each, name in details.neighbours
    )
    return OneTrack(
        **how_played(asking, "track", details.id, details.heard),
        id=details.id,
        track=shown_track(details.track),
        year=known_year(asking, "track", details.id),
        neighbours=near,
    )


QUESTION = Question("track", track, takes=PERIOD + COUNTING + COMPLETENESS, about="{id}/{username}", page="Song")
