"""Listening over time: the same steps as counted by hand, with those in which nothing was heard."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import ALL, Period, bounded_period, named_period
from insights.plays.calendar_steps import STEPS, StepName, TooManySteps
from insights.plays.plays_by_step import ActivityStep
from insights.plays.scope import Scope
from insights.questions.activity import Activity, activity, default_step
from people.days import Zones
from tests.insights.listening import TODAY, Life, lives, local_time, periods
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
BERLIN = Zones(((datetime(1, 1, 3, tzinfo=UTC), "Europe/Berlin"),))
A_DAY, A_MOMENT = timedelta(days=1), timedelta(milliseconds=1)


def starts_a_step(day: date, step: str, week_starts: str) -> bool:
    return {
        "day": True,
        "week": f"{day:%A}".lower() == week_starts,
        "month": day.day == 1,
        "year": (day.month, day.day) == (1, 1),
    }[step]


def by_hand(life: Life, scope: Scope, step: StepName) -> tuple[ActivityStep, ...]:
    plays, period = life.plays(scope), scope.period
    bounded = [period.start.year > 1, period.end.year < 9999]
    days = [played.local.date() for played in plays]
    if not days and not all(bounded):
        return ()
    ends = (period.start, period.end - A_MOMENT)
    days += [local_time(end, scope.zones).date() for end, is_bounded in zip(ends, bounded, strict=True) if is_bounded]
    start, steps = min(days), list[ActivityStep]()
    while not starts_a_step(start, step, scope.week_starts):
        start -= A_DAY
    while start <= max(days):
        end = start + A_DAY
        while not starts_a_step(end, step, scope.week_starts):
            end += A_DAY
        within = [played.ms for played in plays if start <= played.local.date() < end]
        steps.append(ActivityStep(start, end, len(within), sum(within)))
        start = end
    return tuple(steps)


@costly()
@given(
    life=lives(),
    step=st.sampled_from(STEPS),
    week_starts=st.sampled_from(["monday", "saturday", "sunday"]),
    data=st.data(),
)
def test_steps_are_those_counted_by_hand(life: Life, step: StepName, week_starts: str, data: st.DataObject) -> None:
    period, seconds = data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30, 100]))
    scope = life.scope(period, seconds, week_starts=week_starts)
    with connected():
        answer = activity(scope, step)
    assert answer == Activity(step, by_hand(life, scope, step))


@pytest.mark.parametrize(
    ("period", "step"),
    [
        (named_period("2024-03", BERLIN, TODAY), "day"),
        (named_period("2024", BERLIN, TODAY), "month"),
        (ALL, "month"),
        (bounded_period(BERLIN.start_of(date(2024, 8, 1)), BERLIN.start_of(date(2024, 11, 1))), "day"),  # 92 days
        (bounded_period(BERLIN.start_of(date(2024, 8, 1)), BERLIN.start_of(date(2024, 11, 2))), "month"),
        (bounded_period(BERLIN.start_of(TODAY), None), "month"),
    ],
)
def test_the_default_step_is_a_day_in_short_periods_and_a_month_in_others(period: Period, step: str) -> None:
    assert default_step(Scope(1, BERLIN, period)) == step


def test_more_steps_than_an_answer_holds_are_refused() -> None:
    life, first = Life([], BERLIN), date(2000, 1, 1)
    enough, too_much = (
        bounded_period(BERLIN.start_of(first), BERLIN.start_of(first + A_DAY * days)) for days in (5000, 5001)
    )
    with connected():
        assert len(activity(life.scope(enough), "day").steps) == 5000
        with pytest.raises(TooManySteps):
            activity(life.scope(too_much), "day")
