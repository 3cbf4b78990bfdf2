"""Days in gaps, about which nothing is known: not recorded is not zero."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from people.days import AN_INSTANT, local_date
from web.languages.writing import counted, duration
from web.questions.view import View

MOST_GAPS = 500
A_DAY_IN_MS = 86_400_000


def not_recorded(view: View) -> frozenset[date]:
    """The listener's days that open gaps touch; none if the reader may not ask for gaps."""
    answer = view.other("gaps", {"limit": str(MOST_GAPS)})
    if answer is None:
        return frozenset()
    return frozenset(day for gap in answer.gaps for day in _days(view, gap.start, gap.end))


def _days(view: View, start: str, end: str) -> Iterator[date]:
    day = local_date(view.scope.zones, datetime.fromisoformat(start))
    last = local_date(view.scope.zones, datetime.fromisoformat(end) - AN_INSTANT)
    while day <= last:
        yield day
        day += timedelta(days=1)


def amount_not_recorded(answer: Any) -> str | None:
    """As in 12 days; None if a recap misses nothing, or if its reader may not see how much."""
    days = getattr(answer, "days_not_recorded", 0)
    if not days:
        return None
    return counted(round(days), "%(count)s day", "%(count)s days") if days >= 1 else duration(round(days * A_DAY_IN_MS))
