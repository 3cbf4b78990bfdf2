"""For how many days in a row something was heard."""

from dataclasses import dataclass
from datetime import date

from db.connection import rows
from insights.scope import Scope
from insights.sources import each_day, each_play_within

TOP = 10
# Consecutive days, less their place among all days with plays, give one and the same date.
STREAKS = f"""
    WITH heard AS (
        SELECT DISTINCT day::date FROM ({each_day()}) days WHERE EXISTS ({each_play_within("since", "until")})
    ),
    placed AS (SELECT day, day - (row_number() OVER (ORDER BY day))::int AS streak FROM heard),
    streak AS (SELECT min(day) AS first, max(day) AS last, count(*) AS days FROM placed GROUP BY streak),
    ranked AS (
        SELECT first, last, days, row_number() OVER (ORDER BY days DESC, first DESC) AS rank,
               last >= %(today)s::date - 1 AND first <= %(today)s::date AS current
        FROM streak
    )
    SELECT first, last, days, rank, current FROM ranked WHERE rank <= {TOP} OR current ORDER BY rank
"""


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row on each of which a play ended, from `first` to `last`, both included."""

    first: date
    last: date
    days: int


@dataclass(frozen=True, slots=True)
class Streaks:
    """`current` holds today or ended yesterday, None where none does.

    `longest` are the TOP by their days, of equals the latest first.
    """

    current: Streak | None
    longest: tuple[Streak, ...]


def streaks(scope: Scope, today: date) -> Streaks:
    """Those within the period; one query, and one for the bounds."""
    found = rows(STREAKS, **scope.local_values(), today=today)
    current = [Streak(*streak) for *streak, _, is_current in found if is_current]
    return Streaks(current[0] if current else None, tuple(Streak(*streak) for *streak, rank, _ in found if rank <= TOP))
