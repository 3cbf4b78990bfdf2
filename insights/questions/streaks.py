"""/streaks/<username>: days in a row with plays."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Annotated

from msgspec import Meta, Struct

from db.engine.records import records
from insights.answers.values import AtLeastOne, Part, Safe, says
from insights.plays.scope import Scope
from insights.plays.sources import days_with_plays
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Asking, Question, each_minute
from people.days import local_date

TOP = 10
# Consecutive days, minus their place among all days with plays, give the same date.
STREAKS = f"""
    WITH heard AS (
        SELECT DISTINCT day::date FROM ({days_with_plays()}) days
    ),
    placed AS (SELECT day, day - (row_number() OVER (ORDER BY day))::int AS streak FROM heard),
    streak AS (SELECT min(day) AS first, max(day) AS last, count(*) AS days FROM placed GROUP BY streak),
    ranked AS (
        SELECT first, last, days, row_number() OVER (ORDER BY days DESC, first DESC) AS rank,
               last >= %(today)s::date - 1 AND first <= %(today)s::date AS is_current
        FROM streak
    )
    SELECT first, last, days, rank, is_current FROM ranked WHERE rank <= {TOP} OR is_current ORDER BY rank
"""


class StreakRecord(Struct, frozen=True):
    """A streak with its rank by length; it `is_current` if it has not ended yet."""

    first: date
    last: date
    days: int
    rank: int
    is_current: bool


class Streak(Part, frozen=True):
    """Days in a row, with plays on each of them."""

    first: date
    last: Annotated[date, says("Included.")]
    days: AtLeastOne


class Streaks(Part, frozen=True):
    today: Annotated[date, says("The date where the listener lives.")]
    current: Annotated[Safe[Streak | None], says("Null if there were no plays today or yesterday.")]
    longest: Annotated[Safe[Streak | None], says("The first of `top`; null if there were no plays.")]
    top: Annotated[
        Safe[tuple[Streak, ...]],
        Meta(max_length=TOP),
        says("The longest come first; of streaks of equal length, the latest."),
    ]


def streaks(asking: Asking) -> Streaks:
    """Days in a row with plays.

    A streak is days in a row of the listener's own calendar on each of which a play ended. The period cuts a streak
    that reaches beyond it. The current streak includes today, or ended yesterday: today's first play may still come.
    """
    return streaks_until(asking.scope, local_date(asking.scope.zones, asking.now))


def streaks_until(scope: Scope, today: date) -> Streaks:
    """One query, and one for the bounds."""
    ranked = records(StreakRecord, STREAKS, scope.local_values() | {"today": today})
    current = next((_streak(streak) for streak in ranked if streak.is_current), None)
    top = tuple(_streak(streak) for streak in ranked if streak.rank <= TOP)
    return Streaks(today, current, top[0] if top else None, top)


def longest_streak(days: Iterable[date]) -> Streak | None:
    """The longest streak, of equals the latest, of all days with plays in order."""
    runs = (list(run) for _, run in groupby(enumerate(days), lambda numbered: numbered[1].toordinal() - numbered[0]))
    streaks = (Streak(run[0][1], run[-1][1], len(run)) for run in runs)
    return max(streaks, key=lambda streak: (streak.days, streak.first), default=None)


def _streak(streak: StreakRecord) -> Streak:
    return Streak(streak.first, streak.last, streak.days)


QUESTION = Question(
    "streaks",
    streaks,
    takes=PERIOD + COUNTING + OF + COMPLETENESS,
    sums_only=True,
    by_clock=each_minute,
    lists="top",
    page="Streaks",
)
