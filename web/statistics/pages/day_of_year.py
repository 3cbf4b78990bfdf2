"""/on-this-day: one day of the calendar in earlier years."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from insights.answers.periods import FIRST_YEAR, LAST_YEAR
from web.languages.writing import counted, day_and_month
from web.questions.view import View
from web.statistics.noted_items import NotedItem, subjects
from web.statistics.showing import statistics_page
from web.statistics.shown_items import shown_track

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ShownYear:
    day: date
    plays: str
    songs: Sequence[NotedItem]


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "picker": None,  # because this page takes no periods but days
        "day": answer.date,
        "years": [_year(view, answer.date, year) for year in answer.years],
        "before": _beside(view, answer.date - A_DAY),
        "after": _beside(view, answer.date + A_DAY),
        "tabs": subjects(view),
    }


def _year(view: View, day: date, year: Any) -> ShownYear:
    songs = [NotedItem(shown_track(view, each.track, each.id), each.plays) for each in year.tracks]
    return ShownYear(day.replace(year=year.year), counted(year.plays, "%(count)s play", "%(count)s plays"), songs)


def _beside(view: View, day: date) -> tuple[str, str] | None:
    """The link to the day before or after; None where the calendar of periods ends."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return day_and_month(day), view.here(period=day.isoformat(), date=None)


PAGES = (statistics_page("on-this-day", "on_this_day.html", _values),)
