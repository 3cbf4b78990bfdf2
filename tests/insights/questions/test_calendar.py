"""A period day by day: the same as counted by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import named_period
from insights.questions.calendar import Calendar, CalendarDay, calendar
from tests.insights.listening import TODAY, Life, Played, lives
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")


def by_hand(plays: list[Played], year: int) -> Calendar:
    days, day = [], date(year, 1, 1)
    while day.year == year:
        within = [played.ms for played in plays if played.local.date() == day]
        days.append(CalendarDay(day, len(within), sum(within)))
        day += timedelta(days=1)
    most_active = min(days, key=lambda day: (-day.plays, -day.ms_played))
    return Calendar(year, tuple(days), most_active if most_active.plays else None)


@costly()
@given(life=lives(), year=st.sampled_from([2021, 2022, 2023, 2024]), min_seconds=st.sampled_from([0, 30, 100]))
def test_days_are_those_counted_by_hand(life: Life, year: int, min_seconds: int) -> None:
    scope = life.scope(named_period(str(year), life.zones, TODAY), min_seconds)
    with connected():
        answer = calendar(scope)
    assert answer == by_hand(life.plays(scope), year)
