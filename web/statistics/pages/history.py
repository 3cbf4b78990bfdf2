"""/history: every play, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from web.languages.writing import duration
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.own_time import local_moment
from web.statistics.showing import statistics_page
from web.statistics.shown_items import ShownItem, shown_track

SOURCES = {
    "recent": N_("collected from Spotify"),
    "extended": N_("from your extended streaming history"),
    "account_data": N_("from your account data"),
}


@dataclass(frozen=True, slots=True)
class ShownPlay:
    """`at` is the listener's own time at which it ended; `heard` is for how long, None where that is not known."""

    at: datetime
    item: ShownItem
    heard: str | None
    source: str
    is_short: bool


@dataclass(frozen=True, slots=True)
class ShownDay:
    day: date
    plays: Sequence[ShownPlay]


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "history": _days(view, answer.plays),
        "is_first_page": "cursor" not in view.query,
        "newest": view.here(cursor=None),
        "older": answer.next,
        "total": _total(view),
    }


def _days(view: View, plays: Sequence[Any]) -> list[ShownDay]:
    shown = [_play(view, play) for play in plays]
    return [ShownDay(day, list(of_day)) for day, of_day in groupby(shown, key=lambda play: play.at.date())]


def _play(view: View, play: Any) -> ShownPlay:
    length, full = play.ms_played, play.track.duration_ms
    heard = None if length is None else duration(length)
    is_short = length is not None and length < view.question.min_seconds * 1000
    if length is not None and full and length < full * 3 // 4:
        heard = _("%(heard)s of %(length)s") % {"heard": duration(length), "length": duration(full)}
    source = _(SOURCES[play.source]) if play.source in SOURCES else _("from %(source)s") % {"source": play.source}
    return ShownPlay(local_moment(view, play.played_at), shown_track(view, play.track), heard, source, is_short)


def _total(view: View) -> int | None:
    """Plays of the period; None where the reader may not ask."""
    answer = view.other("totals", view.query_of("totals"))
    return None if answer is None else int(answer.totals.plays)


PAGES = (statistics_page("history", "history.html", _values),)
