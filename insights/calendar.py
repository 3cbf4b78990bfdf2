"""A year of listening, day by day."""

from dataclasses import dataclass
from datetime import date, timedelta

from insights.local_days import Day, heard_days
from insights.scope import Scope


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """Every day of a year. `most_active` has the most plays, of equals the longest heard, then the earliest; None where
    nothing was heard.
    """

    days: tuple[Day, ...]
    most_active: Day | None


def year_of_days(scope: Scope, year: int) -> YearOfDays:
    """`scope` has the period of that year. Two queries."""
    heard = {day.date: day for day in heard_days(scope)}
    first = date(year, 1, 1)
    dates = (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
    days = tuple(heard.get(day, Day(day, 0, 0)) for day in dates)
    most_active = max(days, key=lambda day: (day.plays, day.ms_played))
    return YearOfDays(days, most_active if most_active.plays else None)
