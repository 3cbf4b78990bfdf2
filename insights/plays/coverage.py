"""Which times since the first known play were collected, are covered by an export only, or by nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from insights.plays.recorded import Record
from insights.plays.spans import Span, merged, without


@dataclass(frozen=True, slots=True)
class Coverage:
    """Each moment since the first known play is in exactly one; if an export covers it too, it is `collected`."""

    collected: Sequence[Span]
    exported: Sequence[Span]
    uncovered: Sequence[Span]


def coverage(record: Record, now: datetime, *, in_sight: bool) -> Coverage:
    """`in_sight`: the next run will see everything since the last one, so this time counts as collected."""
    known_time = _known_time(record, now)
    pending = since_collected(record, now) if in_sight else []
    collected = _within(merged([*record.seen, *pending]), known_time)
    exported = without(_within(record.covers, known_time), collected)
    return Coverage(collected, exported, without(known_time, merged([*collected, *exported])))


def never_covered(record: Record, now: datetime) -> list[Span]:
    """The times since the first known play without an export and without a collector, even one that failed."""
    collecting = [record.collected, *since_collected(record, now)] if record.collected else []
    return without(_known_time(record, now), merged([*record.covers, *record.full_pages, *record.pauses, *collecting]))


def paused(record: Record, now: datetime) -> list[Span]:
    """The times since the first known play for which the listener wanted nothing collected."""
    return _within(record.pauses, _known_time(record, now))


def _known_time(record: Record, now: datetime) -> list[Span]:
    first = record.first_played_at
    return [Span(first, now)] if first is not None and first < now else []


def since_collected(record: Record, now: datetime) -> list[Span]:
    """The time since the last successful run, without pauses: one span, or none, or what pauses left of it."""
    since = [Span(record.collected.end, now)] if record.collected and record.collected.end < now else []
    return without(since, record.pauses)


def _within(spans: Iterable[Span], limits: Sequence[Span]) -> list[Span]:
    return [part for span in spans for whole in limits if (part := span.within(whole))]
