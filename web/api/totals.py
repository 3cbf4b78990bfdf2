"""/totals/<username>: how much was heard in a period, and how that compares with the period before."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from insights.totals import Totals, totals
from web.asking import COUNTING, OF, WHEN, Asked, answered


def user_totals(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "completeness"), totals_answer)


def totals_answer(asked: Asked) -> dict[str, object]:
    found, before = totals(asked.scope), asked.scope.before
    earlier = totals(before) if before else None
    return {
        "totals": _shape(found),
        "before": earlier and _shape(earlier),
        "change": earlier and _change(found, earlier),
    }


def _shape(found: Totals) -> dict[str, object]:
    """With averages over the days on which something was heard; 0 where there are none."""
    days = found.days or 1
    return {
        **asdict(found),
        "plays_per_day": round(found.plays / days, 2),
        "ms_played_per_day": round(found.ms_played / days),
    }


def _change(found: Totals, before: Totals) -> dict[str, object]:
    """How much more, by parts of what was before: 0.25 is a quarter more; null where there was nothing."""
    now, then = asdict(found), asdict(before)
    return {name: round(now[name] / then[name] - 1, 4) if then[name] else None for name in now}
