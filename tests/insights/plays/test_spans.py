"""Differences of spans of time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from insights.plays.spans import Span, merged, without

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


def span(start: int, minutes: int) -> Span:
    return Span(NOON + timedelta(minutes=start), NOON + timedelta(minutes=start + minutes))


SPANS = st.lists(st.builds(span, st.integers(0, 60), st.integers(1, 15)), max_size=8)


@given(SPANS, SPANS.map(merged))
def test_each_minute_that_is_not_removed_is_left(spans: list[Span], removed: list[Span]) -> None:
    for one in spans:
        left = without([one], removed)
        assert left == sorted(left)
        assert _minutes(left) == _minutes([one]) - _minutes(removed)


def _minutes(spans: Sequence[Span]) -> set[datetime]:
    return {one.start + timedelta(minutes=no) for one in spans for no in range(int(one.seconds) // 60)}


class CountedSpan(Span, frozen=True):
    """Counts how often its start or end is read."""

    times = 0

    def __getattribute__(self, name: str) -> object:
        CountedSpan.times += name in {"start", "end"}
        return super().__getattribute__(name)


def test_only_removed_spans_near_a_span_are_looked_at() -> None:
    removed = [CountedSpan(*astuple(span(10 * number, 5))) for number in range(1_000)]
    CountedSpan.times = 0
    assert len(without([span(10 * number, 10) for number in range(1_000)], removed)) == 1_000
    assert CountedSpan.times < 1_000 * 50
