"""A timeline: stretches of time side by side, each with its kind, and marks for years."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from web.drawing.scales import percent

MARKS = 8  # years, at most
ROOM = 0.94  # of the width, up to which a mark still fits


@dataclass(frozen=True, slots=True)
class Stretch:
    kind: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Drawn:
    """`x` and `width` are in per cent."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """`hours` has the total length of each kind; kinds may overlap. A mark is a year, and where it begins."""

    stretches: tuple[Drawn, ...]
    hours: Mapping[str, int]
    marks: tuple[tuple[str, str], ...]


def timeline(stretches: Iterable[Stretch], since: datetime, until: datetime) -> Timeline:
    """The stretches between `since` and `until`."""
    whole = (until - since).total_seconds()
    pieces = ((one.kind, max(one.start, since), min(one.end, until)) for one in stretches)
    cut = [Stretch(kind, start, end) for kind, start, end in pieces if start < end]
    return Timeline(
        tuple(_drawn(one, since, whole) for one in cut),
        _hours(cut),
        tuple(_marks(since, until, whole)),
    )


def _drawn(one: Stretch, since: datetime, whole: float) -> Drawn:
    start, length = (one.start - since).total_seconds(), (one.end - one.start).total_seconds()
    return Drawn(one.kind, percent(start, whole), percent(length, whole))


def _hours(stretches: Iterable[Stretch]) -> Mapping[str, int]:
    lengths: dict[str, timedelta] = {}
    for one in stretches:
        lengths[one.kind] = lengths.get(one.kind, timedelta()) + (one.end - one.start)
    return {kind: round(length / timedelta(hours=1)) for kind, length in lengths.items()}


def _marks(since: datetime, until: datetime, whole: float) -> Sequence[tuple[str, str]]:
    """The marks, also one for the year in which the timeline begins, if there is room before the next."""
    years = range(since.year + 1, until.year + 1)
    places = [(year, (datetime(year, 1, 1, tzinfo=UTC) - since).total_seconds()) for year in years]
    if not places or places[0][1] > (1 - ROOM) * whole:
        places.insert(0, (since.year, 0))
    every = -(-len(places) // MARKS) or 1
    return [(str(year), percent(place, whole)) for year, place in places[::every] if place < ROOM * whole]
