"""For every moment since the first known play: whether it was collected, an export covers it, or nothing does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from insights.plays.recorded import Record
from insights.plays.spans import Span, merged, without


@dataclass(frozen=True, slots=True)
class Coverage:
    """Each moment from the first known play until now is in one of these only; what is of both kinds is `collected`."""

    collected: Sequence[Span]
    exported: Sequence[Span]
    uncovered: Sequence[Span]


def coverage(record: Record, now: datetime, *, in_sight: bool) -> Coverage:
    """`in_sight`: the next run will see everything since the last one, so that this time is as good as collected."""
    known = _known_time(record, now)
    pending = since_collected(record, now) if in_sight else []
    collected = _within(merged([*record.seen, *pending]), known)
    exported = without(_within(record.covers, known), collected)
    return Coverage(collected, exported, without(known, merged([*collected, *exported])))


def never_covered(record: Record, now: datetime) -> list[Span]:
    """The times since the first known play for which no export and no collector was there, not even one that failed."""
    collecting = [record.collected, *since_collected(record, now)] if record.collected else []
    return without(_known_time(record, now), merged([*record.covers, *record.full_pages, *collecting]))


def _known_time(record: Record, now: datetime) -> list[Span]:
    first = record.first_played_at
    return [Span(first, now)] if first is not None and first < now else []


def since_collected(record: Record, now: datetime) -> list[Span]:
    """The time since the last run that succeeded: one span, or none."""
    return [Span(record.collected.end, now)] if record.collected and record.collected.end < now else []


def _within(spans: Iterable[Span], known: Sequence[Span]) -> list[Span]:
    return [part for span in spans for whole in known if (part := span.within(whole))]
