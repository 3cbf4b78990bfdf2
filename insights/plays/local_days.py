"""The days of a listener's own calendar with plays."""

from datetime import date

from msgspec import Struct

from db.engine.records import records
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.scope import Scope
from insights.plays.sources import by_day

HEARD_DAYS = f"""
    SELECT day::date AS date, {all_plays()} AS plays, {all_ms()} AS ms_played
    FROM ({by_day()}) days GROUP BY day ORDER BY day
"""


class Day(Struct, frozen=True):
    """How many plays ended on a day, and how long they were heard together."""

    date: date
    plays: int
    ms_played: int


def heard_days(scope: Scope) -> list[Day]:
    """The days with plays, the earliest first; two queries."""
    return records(Day, HEARD_DAYS, scope.local_values())
