"""Spans of time: intersection, union and difference."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter

from msgspec import Struct


class Span(Struct, frozen=True, order=True):
    """start <= instant < end; invalid if end comes before start."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()

    def within(self, other: "Span") -> "Span | None":
        """The part of it that lies in `other`, None if they do not overlap."""
        part = Span(max(self.start, other.start), min(self.end, other.end))
        return part if part.start < part.end else None


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in chronological order, with overlapping and adjacent spans joined."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def without(spans: Iterable[Span], removed: Sequence[Span]) -> list[Span]:
    """What remains of each span; `removed` must be merged."""
    return [left for span in spans for left in _without(span, removed)]


def _without(span: Span, removed: Sequence[Span]) -> Iterable[Span]:
    start = span.start
    first = bisect_right(removed, span.start, key=attrgetter("end"))
    last = bisect_left(removed, span.end, lo=first, key=attrgetter("start"))
    for no in range(first, last):
        if start < removed[no].start:
            yield Span(start, removed[no].start)
        start = removed[no].end
    if start < span.end:
        yield Span(start, span.end)
