"""How much the items of a ranking were played in each step of the period: the same as counted by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import BEGINNING, bounded_period
from insights.items.trends import PlayedInStep, trends
from insights.plays.scope import Scope
from insights.plays.track_steps import Steps, steps_of
from people.days import Zones
from tests.insights.listening import Life, Moment, lives, periods
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
BERLIN = Zones(((BEGINNING, "Europe/Berlin"),))


def ranked(life: Life, scope: Scope, kind: str) -> set[int]:
    """Ids that a ranking may show: none of a recording that nobody has played, even if another of its ids was."""
    plays = life.plays(scope)
    return (
        {played.track_id for played in plays}
        if kind == "track"
        else set().union(*(life.item_ids(kind, played) for played in plays))
    )


def counted(life: Life, scope: Scope, kind: str, steps: Steps, asked: set[int]) -> dict[int, list[PlayedInStep]]:
    by_hand: dict[int, list[PlayedInStep]] = {}
    for played in life.plays(scope):
        begun = [start for start in steps.starts if scope.zones.start_of(start) <= played.played_at]
        place = max(0, len(begun) - 1)
        for each in life.item_ids(kind, played) & asked:
            amounts = by_hand.setdefault(each, [PlayedInStep()] * len(steps.starts))
            plays, ms = amounts[place]
            amounts[place] = PlayedInStep(plays + 1, ms + played.ms)
    return by_hand


@costly()
@given(life=lives(), kind=st.sampled_from(["track", "artist", "album"]), data=st.data())
def test_trends_are_the_plays_of_each_step(life: Life, kind: str, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30, 100])))
    asked = ranked(life, scope, kind)
    with connected():
        steps = steps_of(scope, NOW)
        answer = trends(scope, kind, sorted(asked), steps) if steps else {}
    assert answer == (counted(life, scope, kind, steps, asked) if steps else {})


@pytest.mark.parametrize(
    ("until", "length", "starts"),
    [
        ("2023-01-04", "day", ["2023-01-01", "2023-01-02", "2023-01-03"]),
        ("2023-03-15", "week", ["2022-12-26", "2023-01-02", "2023-01-09"]),
        ("2024-01-01", "month", ["2023-01-01", "2023-02-01", "2023-03-01"]),
        ("2028-01-01", "year", ["2023-01-01", "2024-01-01"]),
    ],
)
def test_longer_periods_have_longer_steps_and_none_that_has_not_begun(
    until: str, length: str, starts: Sequence[str]
) -> None:
    scope = Scope(1, BERLIN, bounded_period(datetime(2022, 12, 31, 23, tzinfo=UTC), datetime.fromisoformat(until)))
    steps = steps_of(scope, NOW)
    assert steps is not None
    assert (steps.length, [str(start) for start in steps.starts[: len(starts)]]) == (length, starts)
    assert scope.zones.start_of(steps.starts[-1]) < NOW


def test_a_day_has_no_steps() -> None:
    day = bounded_period(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 3, 1, 20, tzinfo=UTC))
    assert steps_of(Scope(1, BERLIN, day), NOW) is None


def test_all_time_reaches_from_the_first_play_to_the_last() -> None:
    heard = [datetime(2024, month, 5, 12, tzinfo=UTC) for month in (1, 3, 4)]
    life = Life([Moment(at, 0, 200_000) for at in heard], BERLIN)
    with connected():
        scope = life.scope(bounded_period(None, None))
        steps = steps_of(scope, NOW)
        assert steps is not None
        answer = trends(scope, "track", life.track_ids[:1], steps)
    assert steps.length == "week"
    assert [int(each.plays) for each in answer[life.track_ids[0]]] == [1, *[0] * 8, 1, 0, 0, 0, 1]
