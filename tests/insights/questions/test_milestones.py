"""Round numbers: reached with the same plays as counted by hand."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import ALL
from insights.reached import HOURS, PLAYS, Milestones, Scale, milestones, reached_within
from tests.insights.listening import Life, Played, lives, periods
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
By = tuple[list[tuple[int, datetime, int, str | None]], int, int]
FEW = Scale((1, 2, 5), 6)
MINUTES = Scale((1, 4), 10, 60_000)


def by_hand(plays: list[Played], sizes: list[int], scale: Scale) -> By:
    """Number, time, id and name of each milestone; the sum, and the next number."""
    reached: list[tuple[int, datetime, int, str | None]] = []
    so_far = 0
    numbers = [*scale.first, *range(scale.every, 10_000, scale.every)]
    for played, size in zip(plays, sizes, strict=True):
        so_far += size
        while so_far >= numbers[0] * scale.unit:
            reached.append((numbers.pop(0), played.played_at, played.track_id, played.song.name))
    return reached, so_far, numbers[0]


def as_by_hand(answer: Milestones) -> By:
    reached = [(each.number, each.played_at, each.id, each.track.name) for each in answer.reached]
    return reached, answer.so_far, answer.next


@costly()
@given(life=lives(), min_seconds=st.sampled_from([0, 30, 100]))
def test_milestones_are_those_counted_by_hand(life: Life, min_seconds: int) -> None:
    scope = life.scope(ALL, min_seconds)
    with connected():
        by_plays, by_minutes = milestones(scope, FEW, MINUTES)
    plays = life.plays(scope)
    assert as_by_hand(by_plays) == by_hand(plays, [1] * len(plays), FEW)
    assert as_by_hand(by_minutes) == by_hand(plays, [played.ms for played in plays], MINUTES)


@costly()
@given(life=lives(), min_seconds=st.sampled_from([0, 30, 100]), data=st.data())
def test_milestones_of_a_period_are_those_of_all_time_that_lie_in_it(
    life: Life, min_seconds: int, data: st.DataObject
) -> None:
    scope = life.scope(data.draw(periods(life.zones)), min_seconds)
    with connected():
        ever = milestones(replace(scope, period=ALL), FEW, MINUTES)
        answer = reached_within(scope, FEW, MINUTES)
    start, end = scope.period.start, scope.period.end
    assert answer == tuple(tuple(each for each in kind.reached if start <= each.played_at < end) for kind in ever)


def test_the_numbers_are_round() -> None:
    def first(scale: Scale, numbers: int) -> list[int]:
        return [number for number, _ in zip(scale.numbers(), range(numbers), strict=False)]

    assert first(PLAYS, 7) == [1, 100, 1000, 5000, 10_000, 20_000, 30_000]
    assert first(HOURS, 6) == [1, 100, 500, 1000, 2000, 3000]
