"""Moments of answers on the listener's own clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from people.days import local_date
from web.questions.view import View


def local_moment(view: View, moment: str) -> datetime:
    instant = datetime.fromisoformat(moment)
    return instant.astimezone(ZoneInfo(view.scope.zones.at(instant)))


def local_day(view: View, moment: str | None) -> date | None:
    """None for a moment that is missing, as for readers who may not see it."""
    return local_date(view.scope.zones, datetime.fromisoformat(moment)) if moment else None
