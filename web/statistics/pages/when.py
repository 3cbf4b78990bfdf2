"""/activity, /calendar, /clock: when music was played."""

from collections.abc import Sequence
from typing import Any

from insights.answers.periods import WEEKDAYS
from people.days import local_date
from web.drawing.bars import Amount
from web.drawing.calendars import TO_COME, months
from web.drawing.scales import amount_class, quartiles
from web.handlers.params import one_of
from web.languages.writing import weekday_marks, weekday_names
from web.pages.languages import N_
from web.questions.view import View
from web.statistics.amounts import bars_by, bars_of, measured
from web.statistics.missing_days import not_recorded
from web.statistics.showing import ORDERS, choices, statistics_page, tabs
from web.statistics.steps import drawable
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


def _by(view: View) -> str:
    """Whether the page counts plays or listening time. Raises Problem."""
    return one_of(view.query, "by", tuple(ORDERS)) or "plays"


def _activity(view: View) -> dict[str, object]:
    (answer, steps), by = drawable(view), _by(view)
    return {
        "chart": bars_of(view, [(step.start, measured(step, by)) for step in answer.steps], answer.step, by),
        "by": by,
        "orders": choices(view, "by", ORDERS, by),
        "tiles": tiles(view),
        "subjects": tabs(view, SUBJECTS),
        "steps": choices(view, "step", steps, answer.step),
    }


def _calendar(view: View) -> dict[str, object]:
    answer, by = view.answer(), _by(view)
    peak = answer.most_active if by == "plays" else _longest(answer.days)
    today = local_date(view.scope.zones, view.parsed.now)
    days = [(day.date, measured(day, by)) for day in answer.days]
    missing = not_recorded(view)
    drawn = months(days, today, view.scope.week_starts, peak and peak.date, missing)
    return {
        "months": drawn,
        "are_numbered": len(drawn) <= NUMBERED,
        "has_days_to_come": any(TO_COME in month.paths for month in drawn),
        "weekdays": _week_from(view.scope.week_starts),
        "not_recorded": sum(not amount and day in missing for day, amount in days),
        "peak": peak,
        "heard_on": sum(1 for _, amount in days if amount),
        "by": by,
        "orders": choices(view, "by", ORDERS, by),
        "month_page": lambda first: view.address(f"/calendar/{view.account.username}", {"period": f"{first:%Y-%m}"}),
        "subjects": tabs(view, SUBJECTS),
    }


def _longest(entries: Sequence[Any]) -> Any:
    """The entry with the most listening time, of equal ones the first; None if there is none."""
    longest = max(entries, key=lambda entry: entry.ms_played, default=None)
    return longest if longest and longest.ms_played else None


def _week_from(week_starts: str) -> list[str]:
    starts = WEEKDAYS.index(week_starts)
    return [*weekday_marks()[starts:], *weekday_marks()[:starts]]


def _clock(view: View) -> dict[str, object]:
    answer, by = view.answer(), _by(view)
    cells: Sequence[Any] = getattr(answer, "cells", ())  # a link with totals only sees no hours
    amounts = [measured(cell, by) for cell in cells]
    borders = quartiles(amounts)
    classes = [(amount, amount_class(amount, borders)) for amount in amounts]
    rows = [(mark, classes[place * 24 : place * 24 + 24]) for place, mark in enumerate(_weekdays(answer)[1])]
    busiest = getattr(answer, "busiest", None) if by == "plays" else _longest(cells)
    return {
        "rows": rows,
        "has_hours": bool(cells),
        "busiest": busiest,
        "busiest_day": dict(zip(WEEKDAYS, weekday_names(), strict=True))[busiest.weekday] if busiest else "",
        "weekdays": bars_by(_amounts(answer, by), by),
        "by": by,
        "orders": choices(view, "by", ORDERS, by),
        "subjects": tabs(view, SUBJECTS),
    }


def _amounts(answer: Any, by: str) -> list[Amount]:
    """The amount of each weekday."""
    named = zip(answer.weekdays, *_weekdays(answer), strict=True)
    return [Amount(name, measured(day, by), mark) for day, name, mark in named]


def _weekdays(answer: Any) -> tuple[list[str], list[str]]:
    """The names and short names of the weekdays, in the order of the answer."""
    places = [WEEKDAYS.index(day.weekday) for day in answer.weekdays]
    return [weekday_names()[place] for place in places], [weekday_marks()[place] for place in places]


PAGES = (
    statistics_page("activity", "activity.html", _activity, ("by",)),
    statistics_page("calendar", "calendar.html", _calendar, ("by",)),
    statistics_page("clock", "clock.html", _clock, ("by",)),
)
