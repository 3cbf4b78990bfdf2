"""/recap/<username>: a year of music, or any other period, told with what the single questions answer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from insights.local_days import heard_days
from insights.milestones import reached_within
from insights.question import Asking
from insights.questions.activity import activity
from insights.questions.clock import clock
from insights.questions.discoveries import discoveries
from insights.questions.obsessions import obsessions
from insights.questions.sessions import Sessions, sessions
from insights.questions.streaks import streaks
from insights.questions.top_tracks import top_tracks
from web.api.milestones import milestone_shape
from web.api.skips import skips_answer
from web.api.top_albums import top_albums_answer
from web.api.top_artists import top_artists_answer
from web.api.totals import totals_answer
from web.asking import COUNTING, WHEN, Asked, answered
from web.completeness import completeness_of

MOST, DEFAULT = 50, 10
OBSESSIONS = 3
DAY = 86_400  # seconds


def user_recap(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, "by", "limit"), recap_answer, by_clock=True, unless_said="year")


def recap_answer(asked: Asked) -> dict[str, object]:
    """About thirty queries: every part is a question of its own."""
    limit = asked.number("limit", 1, MOST, DEFAULT)
    asking = Asking(asked.account, asked.scope, asked.now)
    hours = clock(asked.scope)
    part = replace(asked, given={"by": asked.by, "limit": str(limit)})
    return {
        **totals_answer(part),
        "by": asked.by,
        "top_tracks": top_tracks(asked.scope, asked.by, limit).tracks,
        "top_artists": top_artists_answer(part)["artists"],
        "top_albums": top_albums_answer(part)["albums"],
        "months": activity(asked.scope, "month").steps,
        "best_day": _best_day(asked),
        "hours": hours.hours,
        "busiest": hours.busiest,
        "discoveries": discoveries(asked.scope, limit=1).total,
        "obsessions": obsessions(asked.scope, limit=min(limit, OBSESSIONS)).obsessions,
        "sessions": _sessions(sessions(asked.scope, limit=1)),
        "longest_streak": streaks(asking).longest,
        "milestones": _milestones(asked),
        "skips": _some(skips_answer(part), "plays", "skipped", "rate"),
        **_completeness(asked),
    }


def _some(answer: Mapping[str, object], *names: str) -> dict[str, object]:
    return {name: answer[name] for name in names}


def _sessions(answer: Sessions) -> dict[str, object]:
    longest = answer.longest[0] if answer.longest else None
    return {"total": answer.total, "gap": answer.gap, "average": answer.average, "longest": longest}


def _best_day(asked: Asked) -> dict[str, object] | None:
    """The day with the most plays, of equals the earliest."""
    best = max(heard_days(asked.scope), key=lambda day: (day.plays, -day.date.toordinal()), default=None)
    return {"date": best.date.isoformat(), "plays": best.plays, "ms_played": best.ms_played} if best else None


def _milestones(asked: Asked) -> dict[str, object]:
    # They are counted from the first play ever: whoever may ask about one period only learns nothing of that.
    plays, hours = ((), ()) if asked.visitor.period is not None else reached_within(asked.scope)
    return {"plays": list(map(milestone_shape, plays)), "hours": list(map(milestone_shape, hours))}


def _completeness(asked: Asked) -> dict[str, object]:
    found: dict[str, Any] = completeness_of(asked.account, asked.period.start, asked.period.end, asked.now)
    return {"days_not_recorded": round(found["seconds_not_recorded"] / DAY, 1), "completeness": found}
