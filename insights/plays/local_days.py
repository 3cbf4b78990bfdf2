"""The days of a listener's own calendar with plays."""

from dataclasses import dataclass
from datetime import date

from db.engine.connection import rows
from insights.plays.scope import Scope
from insights.plays.sources import by_quarter

HEARD_DAYS = f"""
    SELECT day::date, plays, ms FROM (
        SELECT date_bin('1 day', local, '2000-01-01 00:00+00') AS day, sum(plays)::bigint AS plays,
               sum(ms)::bigint AS ms
        FROM ({by_quarter()}) quarter GROUP BY day
    ) days ORDER BY day
"""


@dataclass(frozen=True, slots=True)
class Day:
    """How many plays ended on a day, and how long they were heard in all."""

    date: date
    plays: int
    ms_played: int


def heard_days(scope: Scope) -> list[Day]:
    """The days with plays, the earliest first; two queries."""
    return [Day(*columns) for columns in rows(HEARD_DAYS, **scope.local_values())]
