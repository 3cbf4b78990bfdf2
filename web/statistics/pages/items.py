"""/artist, /album, /track: one of them, from the first day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from people.days import local_date
from web.drawing.bars import Amount, Bars, bars
from web.drawing.scales import percent
from web.questions.view import View
from web.statistics.showing import statistics_page
from web.statistics.shown_items import ShownItem, shown_album, shown_artist, shown_track

LONG = 20  # letters of a name that is set smaller
BY_YEAR = 48  # months, with more than which a chart shows years
SHOWN: dict[str, Callable[..., ShownItem]] = {"artist": shown_artist, "album": shown_album, "track": shown_track}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of the rankings on the page, as macros/rankings.html takes it."""

    rank: int
    item: ShownItem
    plays: int
    ms_played: int
    width: str
    moved: None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """`times` counts how often it was played directly before or after."""

    item: ShownItem
    times: int


def _values(view: View) -> dict[str, object]:
    kind, answer = view.question.name, view.answer()
    item = SHOWN[kind](view, getattr(answer, kind), answer.id)
    return {
        "item": item,
        "answer": answer,
        "is_long": len(item.name) > LONG,
        "first": _day(view, answer.first_played_at),
        "last": _day(view, answer.last_played_at),
        "chart": _chart(answer),
        "songs": _ranked(view, "track", getattr(answer, "tracks", ())),
        "albums": _ranked(view, "album", getattr(answer, "albums", ())),
        "years": [year for year in answer.years if year.rank],
        "near": [
            Neighbour(SHOWN[kind](view, getattr(near, kind), near.id), near.before + near.after)
            for near in answer.neighbours
        ],
    }


def _day(view: View, moment: str | None) -> date | None:
    return local_date(view.scope.zones, datetime.fromisoformat(moment)) if moment else None


def _chart(answer: Any) -> Bars:
    """Months, or years where there are many of them."""
    if len(answer.steps) > BY_YEAR:
        return bars([Amount(str(year.year), year.plays, str(year.year)) for year in answer.years])
    return bars([
        Amount(f"{step.start:%B} {step.start.year}", step.plays, _mark(step.start)) for step in answer.steps
    ])  # fmt: skip


def _mark(month: date) -> str:
    return str(month.year) if month.month == 1 else f"{month:%b}"


def _ranked(view: View, kind: str, items: Sequence[Any]) -> list[Ranked]:
    most = max((item.plays for item in items), default=0)
    return [
        Ranked(
            place,
            SHOWN[kind](view, getattr(item, kind), item.id),
            item.plays,
            item.ms_played,
            percent(item.plays, most),
        )
        for place, item in enumerate(items, 1)
    ]


PAGES = tuple(statistics_page(kind, "item.html", _values) for kind in SHOWN)
