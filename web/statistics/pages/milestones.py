"""/milestones: the plays that made a round number, and how far the next one is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from web.pages.templates import counted, number
from web.questions.view import View
from web.statistics.lines import Line, share
from web.statistics.own_time import local_moment
from web.statistics.pages.when import SUBJECTS
from web.statistics.showing import statistics_page, tabs
from web.statistics.shown_items import ShownItem, shown_track

UNITS = {"plays": "play", "hours": "hour"}


@dataclass(frozen=True, slots=True)
class Reached:
    """`number` says what was reached, as in 100 plays, with which song, on which of the listener's days."""

    number: str
    day: date
    item: ShownItem


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    reached = sorted(_reached(view, answer), key=lambda one: one.day, reverse=True)
    return {
        "reached": reached,
        "next": [_next(getattr(answer, kind).next, unit) for kind, unit in UNITS.items()],
        "subjects": tabs(view, SUBJECTS),
    }


def _reached(view: View, answer: Any) -> Iterator[Reached]:
    for kind, unit in UNITS.items():
        for one in reversed(getattr(answer, kind).reached):
            day = local_moment(view, one.played_at).date()
            yield Reached(counted(one.number, unit), day, shown_track(view, one.track, one.id))


def _next(coming: Any, unit: str) -> tuple[Line, str]:
    so_far = number(int(coming.so_far))
    note = f"{so_far} so far, {share(coming.share)} of the way"
    return Line(counted(coming.number, unit), coming.share, "", note), f"{100 * coming.share:.1f}"


PAGES = (statistics_page("milestones", "milestones.html", _values),)
