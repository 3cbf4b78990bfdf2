"""A timeline: stretches of time side by side, each with its kind, and marks of the years."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from web.drawing.scales import percent

MARKS = 8  # years, at most
ROOM = 0.94  # where a mark still fits


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
    stretches: tuple[Drawn, ...]
    marks: tuple[tuple[str, str], ...]


def timeline(stretches: Iterable[Stretch], since: datetime, until: datetime) -> Timeline:
    """What is of `since` to `until`; a `mark` is a year, and where it begins."""
    whole = (until - since).total_seconds()
    cut = ((one.kind, max(one.start, since), min(one.end, until)) for one in stretches)
    return Timeline(
        tuple(
            Drawn(kind, percent((start - since).total_seconds(), whole), percent((end - start).total_seconds(), whole))
            for kind, start, end in cut
            if start < end
        ),
        tuple(_marks(since, until, whole)),
    )


def _marks(since: datetime, until: datetime, whole: float) -> Sequence[tuple[str, str]]:
    years = range(since.year + 1, until.year + 1)
    places = [(year, (datetime(year, 1, 1, tzinfo=UTC) - since).total_seconds()) for year in years]
    every = -(-len(places) // MARKS) or 1
    return [(str(year), percent(place, whole)) for year, place in places[::every] if place < ROOM * whole]
