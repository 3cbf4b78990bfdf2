"""At which hours of the week something was heard, by the listener's own clock."""

from dataclasses import dataclass

from db.connection import rows
from insights.periods import WEEKDAYS
from insights.scope import Scope
from insights.sources import by_quarter

HOURS = range(24)
# All weeks are laid over the first one of 2000; what hour of it that is, is worked out last, for it takes longest.
CELLS = f"""
    SELECT extract(isodow FROM hour)::int - 1, extract(hour FROM hour)::int, plays, ms FROM (
        SELECT date_bin('1 hour', '2000-01-03 00:00+00'::timestamptz + (local - date_bin('7 days', local,
                   '2000-01-03 00:00+00')), '2000-01-03 00:00+00') AS hour,
               sum(plays)::bigint AS plays, sum(ms)::bigint AS ms
        FROM ({by_quarter()}) quarter GROUP BY hour
    ) hours
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour (0 to 23) of a weekday: how many plays ended in it, and for how many milliseconds they were heard."""

    weekday: str
    hour: int
    plays: int
    ms_played: int


@dataclass(frozen=True, slots=True)
class Clock:
    """Every hour of a week, in order from the day with which weeks start.

    `busiest` has the most plays, of equals the longest heard, then the first; None where nothing was heard.
    """

    cells: tuple[Cell, ...]
    busiest: Cell | None


def clock(scope: Scope) -> Clock:
    """One query, and one for the bounds."""
    found = {(weekday, hour): sums for weekday, hour, *sums in rows(CELLS, **scope.local_values())}
    starts = WEEKDAYS.index(scope.week_starts)
    cells = tuple(
        Cell(WEEKDAYS[weekday], hour, *found.get((weekday, hour), (0, 0)))
        for weekday in ((starts + day) % 7 for day in range(7))
        for hour in HOURS
    )
    busiest = max(cells, key=lambda cell: (cell.plays, cell.ms_played))
    return Clock(cells, busiest if busiest.plays else None)
