"""/activity, /calendar, /clock: when music was played."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from insights.plays.calendar_steps import StepName
from people.days import local_date
from web.drawing.bars import Amount, bars
from web.drawing.calendars import months
from web.drawing.scales import amount_class, quartiles
from web.questions.view import View
from web.statistics.showing import statistics_page, tabs
from web.statistics.totals import tiles

SUBJECTS = {"activity": "Over time", "calendar": "Days", "clock": "Hours"}
STEPS = {"day": "by day", "week": "by week", "month": "by month", "year": "by year"}
NAMES: Mapping[StepName, str] = {
    "day": "{0:%A}, {0.day} {0:%B} {0.year}",
    "month": "{0:%B} {0.year}",
    "year": "{0.year}",
}
MARKS: Mapping[StepName, str] = {
    "day": "{0.day} {0:%b}",
    "week": "{0.day} {0:%b}",
    "month": "{0:%b}",
    "year": "{0.year}",
}


def _activity(view: View) -> dict[str, object]:
    answer = view.answer()
    chart = bars([_amount(step, answer.step) for step in answer.steps])
    return {
        "chart": chart,
        "tiles": tiles(view),
        "subjects": tabs(view, SUBJECTS),
        "steps": [(name, view.here(step=step), step == answer.step) for step, name in STEPS.items()],
    }


def _amount(step: Any, length: StepName) -> Amount:
    return amount_of(step.start, step.plays, length)


def amount_of(start: date, value: int, length: StepName) -> Amount:
    """A bar for the step of that length that begins on `start`."""
    name = NAMES.get(length, "Week from {0.day} {0:%B} {0.year}").format(start)
    mark = MARKS[length].format(start)
    return Amount(name, value, str(start.year) if length == "month" and start.month == 1 else mark)


def _calendar(view: View) -> dict[str, object]:
    answer = view.answer()
    peak = answer.most_active
    today = local_date(view.scope.zones, view.asked.now)
    days = [(day.date, day.plays) for day in answer.days]
    return {
        "months": months(days, today, view.scope.week_starts, peak and peak.date),
        "peak": peak,
        "heard_on": sum(1 for _, plays in days if plays),
        "month_page": lambda first: view.address(f"/calendar/{view.account.username}", {"period": f"{first:%Y-%m}"}),
        "subjects": tabs(view, SUBJECTS),
    }


def _clock(view: View) -> dict[str, object]:
    answer = view.answer()
    cells: Sequence[Any] = getattr(answer, "cells", ())  # a link with sums only sees no hours
    borders = quartiles(cell.plays for cell in cells)
    classes = [(cell.plays, amount_class(cell.plays, borders)) for cell in cells]
    rows = [(day, classes[place * 24 : place * 24 + 24]) for place, day in enumerate(answer.weekdays)]
    return {
        "rows": rows,
        "has_hours": bool(cells),
        "busiest": getattr(answer, "busiest", None),
        "weekdays": bars(
            [Amount(day.weekday.capitalize(), day.plays, day.weekday[:3].capitalize()) for day in answer.weekdays]
        ),
        "subjects": tabs(view, SUBJECTS),
    }


PAGES = (
    statistics_page("activity", "activity.html", _activity),
    statistics_page("calendar", "calendar.html", _calendar),
    statistics_page("clock", "clock.html", _clock),
)
