"""/milestones: the plays that completed a round number, and how far it is to the next one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from web.handlers.params import whole_number
from web.languages.writing import counted, number
from web.pages.languages import _
from web.questions.view import View
from web.statistics.lines import Line, share
from web.statistics.own_time import local_moment
from web.statistics.pages.when import SUBJECTS
from web.statistics.showing import more, statistics_page, tabs
from web.statistics.shown_items import ShownItem, shown_track

KINDS = ("plays", "hours")
LATEST, MOST = 80, 1000  # shown at first, and at most


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone: `number` is what was reached, as in 100 plays; with which song, on which of the listener's days."""

    number: str
    day: date
    item: ShownItem


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    reached = sorted(_reached(view, answer), key=lambda one: one.day, reverse=True)
    shown = reached[: whole_number(dict(view.query), "limit", 1, MOST, LATEST)]
    return {
        "reached": shown,
        "total": len(reached),
        "more": more(view, len(shown), len(reached), MOST),
        "next": [_next(getattr(answer, kind).next, kind) for kind in KINDS],
        "subjects": tabs(view, SUBJECTS),
    }


def _reached(view: View, answer: Any) -> Iterator[Reached]:
    for kind in KINDS:
        for one in reversed(getattr(answer, kind).reached):
            day = local_moment(view, one.played_at).date()
            yield Reached(_amount(one.number, kind), day, shown_track(view, one.track, one.id))


def _amount(amount: int, kind: str) -> str:
    if kind == "hours":
        return counted(amount, "%(count)s hour", "%(count)s hours")
    return counted(amount, "%(count)s play", "%(count)s plays")


def _next(coming: Any, kind: str) -> tuple[Line, str]:
    so_far = {"number": number(int(coming.so_far)), "share": share(coming.share)}
    note = _("%(number)s so far, %(share)s of the way") % so_far
    return Line(_amount(coming.number, kind), coming.share, "", note), f"{100 * coming.share:.1f}"


PAGES = (statistics_page("milestones", "milestones.html", _values, ("limit",)),)
