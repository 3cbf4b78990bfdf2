"""/streaks/<username>: for how many days in a row something was heard."""

from starlette.requests import Request
from starlette.responses import Response

from insights.days import local_date
from insights.streaks import Streak, streaks
from web.asking import COUNTING, OF, WHEN, Asked, answered


def user_streaks(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "completeness"), streaks_answer, by_clock=True)


def streaks_answer(asked: Asked) -> dict[str, object]:
    today = local_date(asked.scope.zones, asked.now)
    found = streaks(asked.scope, today)
    top = [_shape(streak) for streak in found.longest]
    return {
        "today": today.isoformat(),
        "current": found.current and _shape(found.current),
        "longest": top[0] if top else None,
        "top": top,
    }


def _shape(streak: Streak) -> dict[str, object]:
    return {"first": streak.first.isoformat(), "last": streak.last.isoformat(), "days": streak.days}
