"""/genre-activity: genres by month or year, and by the hour of the day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from insights.plays.calendar_steps import step_after
from web.languages.when import in_month, in_year
from web.languages.writing import duration, month_and_year, month_mark, number
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.amounts import measured
from web.statistics.lines import share
from web.statistics.pages.music.genres import how_they_come
from web.statistics.showing import ORDERS, choices, statistics_page
from web.statistics.traits.coverage import genre_credits, known_for, unknown
from web.statistics.traits.heat import heat_rows, most, parts
from web.statistics.traits.shown_genres import genre_links
from web.statistics.traits.subjects import subjects

HOURS = range(24)
STEPS = {"month": N_("Month"), "year": N_("Year")}
MOST_COLUMNS = 24  # of a wider table, only the latest are drawn
MOST_YEARS, FEW = 6, 7  # columns that a phone has room to name, of years and of months
LATE = 10  # the month from which the next year is too near to name this one


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    links = genre_links(view, answer.genres)
    steps: dict[tuple[date, str], float] = {
        (each.start, each.genre): measured(each, answer.by) for each in answer.steps
    }
    hours: dict[tuple[int, str], float] = {
        (each.hour, each.genre): measured(each, answer.by) for each in getattr(answer, "hours", ())
    }
    columns = _columns(answer)
    shown = {place: amount for place, amount in steps.items() if place[0] >= columns[0]}
    return {
        "by": answer.by,
        "credits": genre_credits(view),
        "known": known_for(answer.coverage, answer.by),
        "unknown": None if links else unknown(view, _("No genres are known yet."), how_they_come()),
        "columns": [_mark(start, answer.step, columns) for start in columns],
        "steps": heat_rows(links, columns, shown, _written(answer.by)),
        "sentence": _sentence(answer, steps),
        "hours": heat_rows(links, HOURS, parts(hours), share),
        "hour_columns": [(f"{hour:02}:00", f"{hour:02}", hour % 6 == 0) for hour in HOURS],
        "hour": most(hours),
        "tabs": subjects(view),
        "lengths": choices(view, "step", STEPS, answer.step),
        "orders": choices(view, "by", ORDERS, answer.by),
    }


def _written(by: str) -> Callable[[float], str]:
    return (lambda amount: duration(round(amount))) if by == "time" else (lambda amount: number(round(amount)))


def _columns(answer: Any) -> list[date]:
    """All months or years from the first to the last with plays; only the latest if there are too many."""
    starts = [each.start for each in answer.steps]
    columns = list[date]()
    while starts and (not columns or columns[-1] < starts[-1]):
        columns.append(step_after(columns[-1], answer.step) if columns else starts[0])
    return columns[-MOST_COLUMNS:]


def _mark(start: date, step: str, columns: Sequence[date]) -> tuple[str, str, bool]:
    """The name of a column in full, in short, and whether a phone has room for it."""
    if step == "year":
        return str(start.year), str(start.year), len(columns) <= MOST_YEARS or start.year % 5 == 0
    is_new = start.month == 1 or (start == columns[0] and start.month < LATE)
    return month_and_year(start), str(start.year) if is_new else month_mark(start), is_new or len(columns) <= FEW


def _sentence(answer: Any, steps: Mapping[tuple[date, str], float]) -> str | None:
    """The genre heard most in one step, and when."""
    place = most(steps)
    if place is None:
        return None
    start, genre = place
    when = in_year(start) if answer.step == "year" else in_month(start)
    return _("The most of any genre: %(genre)s %(when)s.") % {"genre": genre, "when": when}


PAGES = (statistics_page("genre-activity", "genre_activity.html", _values),)
