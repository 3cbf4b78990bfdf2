"""/calendar/<username>: every day of a year, with how much was heard on it."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from insights.calendar import year_of_days
from insights.days import local_date
from insights.local_days import Day
from insights.periods import FIRST_YEAR, LAST_YEAR, named_period
from web.asking import COUNTING, OF, Asked, answered, head


def user_calendar(request: Request) -> Response:
    # Without a year it is the one that the clock says.
    names = ("tz", *COUNTING, *OF, "year")
    return answered(request, names, _calendar, by_clock="year" not in request.query_params)


def _calendar(asked: Asked) -> dict[str, object]:
    today = local_date(asked.scope.zones, asked.now)
    year = asked.number("year", FIRST_YEAR, LAST_YEAR, today.year)
    period = named_period(f"{year:04}", asked.scope.zones, today)
    scope = replace(asked.scope, period=replace(period, end=min(period.end, asked.period.end)))
    found = year_of_days(scope, year)
    return {
        **head(replace(asked, scope=scope)),
        "year": year,
        "days": [_shape(day) for day in found.days],
        "most_active": found.most_active and _shape(found.most_active),
    }


def _shape(day: Day) -> dict[str, object]:
    return {"date": day.date.isoformat(), "plays": day.plays, "ms_played": day.ms_played}
