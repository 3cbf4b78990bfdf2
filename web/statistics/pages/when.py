"""/activity, /calendar, /clock: when music was played."""

from collections.abc import Sequence
from typing import Any

from insights.answers.periods import WEEKDAYS
from people.days import local_date
from web.drawing.bars import Amount, bars
from web.drawing.calendars import TO_COME, months
from web.drawing.scales import amount_class, quartiles
from web.languages.writing import weekday_marks, weekday_names
from web.pages.languages import N_
from web.questions.view import View
from web.statistics.amounts import bars_of
from web.statistics.missing_days import not_recorded
from web.statistics.showing import choices, statistics_page, tabs
from web.statistics.totals import tiles

SUBJECTS = {
    "activity": N_("Over time"),
    "calendar": N_("Days"),
    "clock": N_("Hours"),
    "sessions": N_("Sessions"),
    "streaks": N_("Streaks"),
    "milestones": N_("Milestones"),
}
NUMBERED = 2  # months whose days a page numbers; more are drawn
STEPS = {"day": N_("by day"), "week": N_("by week"), "month": N_("by month"), "year": N_("by year")}


def _activity(view: View) -> dict[str, object]:
    answer = view.answer()
    chart = bars_of(answer)
    return {
        "chart": chart,
        "tiles": tiles(view),
        "subjects": tabs(view, SUBJECTS),
        "steps": choices(view, "step", STEPS, answer.step),
    }


def _calendar(view: View) -> dict[str, object]:
    answer = view.answer()
    peak = answer.most_active
    today = local_date(view.scope.zones, view.parsed.now)
    days = [(day.date, day.plays) for day in answer.days]
    missing = not_recorded(view)
    drawn = months(days, today, view.scope.week_starts, peak and peak.date, missing)
    return {
        "months": drawn,
        "are_numbered": len(drawn) <= NUMBERED,
        "has_days_to_come": any(TO_COME in month.paths for month in drawn),
        "weekdays": _week_from(view.scope.week_starts),
        "not_recorded": sum(not plays and day in missing for day, plays in days),
        "peak": peak,
        "heard_on": sum(1 for _, plays in days if plays),
        "month_page": lambda first: view.address(f"/calendar/{view.account.username}", {"period": f"{first:%Y-%m}"}),
        "subjects": tabs(view, SUBJECTS),
    }


def _week_from(week_starts: str) -> list[str]:
    starts = WEEKDAYS.index(week_starts)
    return [*weekday_marks()[starts:], *weekday_marks()[:starts]]


def _clock(view: View) -> dict[str, object]:
    answer = view.answer()
    cells: Sequence[Any] = getattr(answer, "cells", ())  # a link with sums only sees no hours
    borders = quartiles(cell.plays for cell in cells)
    classes = [(cell.plays, amount_class(cell.plays, borders)) for cell in cells]
    rows = [(mark, classes[place * 24 : place * 24 + 24]) for place, mark in enumerate(_weekdays(answer)[1])]
    busiest = getattr(answer, "busiest", None)
    return {
        "rows": rows,
        "has_hours": bool(cells),
        "busiest": busiest,
        "busiest_day": dict(zip(WEEKDAYS, weekday_names(), strict=True))[busiest.weekday] if busiest else "",
        "weekdays": bars(
            [Amount(name, day.plays, mark) for day, name, mark in zip(answer.weekdays, *_weekdays(answer), strict=True)]
        ),
        "subjects": tabs(view, SUBJECTS),
    }


def _weekdays(answer: Any) -> tuple[list[str], list[str]]:
    """Their names and short names, in the order of the answer."""
    places = [WEEKDAYS.index(day.weekday) for day in answer.weekdays]
    return [weekday_names()[place] for place in places], [weekday_marks()[place] for place in places]


PAGES = (
    statistics_page("activity", "activity.html", _activity),
    statistics_page("calendar", "calendar.html", _calendar),
    statistics_page("clock", "clock.html", _clock),
)
