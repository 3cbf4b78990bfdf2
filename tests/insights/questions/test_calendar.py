"""A period day by day: the same as counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import named_period
from insights.questions.calendar import Calendar, CalendarDay, calendar
from people.days import Zones
from tests.insights.listening import TODAY, Life, Moment, Played, lives
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


def check_year(life: Life, year: int, min_seconds: int = 30) -> None:
    scope = life.scope(named_period(str(year), life.zones, TODAY), min_seconds)
    with connected():
        answer = calendar(scope)
    assert answer == by_hand(life.plays(scope), year)


@costly()
@given(life=lives(), year=st.sampled_from([2021, 2022, 2023, 2024]), min_seconds=st.sampled_from([0, 30, 100]))
def test_days_are_those_counted_by_hand(life: Life, year: int, min_seconds: int) -> None:
    check_year(life, year, min_seconds)


@pytest.mark.parametrize("sums_until", [None, datetime(2025, 1, 5, tzinfo=UTC)])
@pytest.mark.parametrize("minute", [45, 47])  # on a quarter of an hour, by which sums count, and off it
@pytest.mark.parametrize("year", [2023, 2024])
def test_after_a_flight_east_over_midnight_the_year_begins_on_arrival(
    year: int, minute: int, sums_until: datetime | None
) -> None:
    """In New York it was a quarter to eleven of the year before, in Berlin a quarter to five of the new one."""
    moved, first = datetime(2024, 1, 1, 3, minute, tzinfo=UTC), datetime(1, 1, 3, tzinfo=UTC)
    history = [Moment(moved + timedelta(minutes=minutes), 0, 200_000) for minutes in (-1, 0, 30, 120)]
    check_year(Life(history, Zones(((moved, "Europe/Berlin"), (first, "America/New_York"))), sums_until), year)
