"""/top-artists, /top-tracks, /top-albums: rankings, and how each item moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from web.drawing.scales import percent
from web.handlers.params import one_of
from web.questions.view import View
from web.statistics.showing import statistics_page, tabs
from web.statistics.shown_items import ShownItem, shown_album, shown_artist, shown_track

FEW = 20  # plays; below that, a leader says nothing
SHOWN, MORE = 50, 200
KINDS = {"top-artists": "Artists", "top-tracks": "Songs", "top-albums": "Albums"}
ORDERS = {"plays": "by plays", "time": "by time"}
LOOKS = {"list": "List", "covers": "Covers"}
LISTS: dict[str, tuple[str, Callable[..., ShownItem]]] = {
    "top-artists": ("artist", shown_artist),
    "top-tracks": ("track", shown_track),
    "top-albums": ("album", shown_album),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a ranking. `moved` is by how many places, None for what was not there before; see `is_compared`."""

    rank: int
    item: ShownItem
    plays: int
    ms_played: int
    share: float
    width: str
    moved: int | None


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    rows = _rows(view, answer)
    return {
        "kind": KINDS[view.question.name],
        "by": answer.by,
        "total": answer.total,
        "rows": rows,
        "is_compared": view.scope.before is not None,
        "sentence": _sentence(rows, answer.by),
        "tabs": tabs(view, KINDS),
        "orders": [(name, view.here(by=by), by == answer.by) for by, name in ORDERS.items()],
        "looks": [(name, view.here(show=look), look == _look(view)) for look, name in LOOKS.items()],
        "as_covers": _look(view) == "covers",
        "more": view.here(limit=MORE) if len(rows) < min(answer.total, MORE) else None,
    }


def _look(view: View) -> str:
    """Raises Problem."""
    return one_of(view.given, "show", tuple(LOOKS)) or "list"


def _rows(view: View, answer: Any) -> Sequence[Row]:
    member, shown = LISTS[view.question.name]
    items = getattr(answer, f"{member}s")
    amounts = [item.plays if answer.by == "plays" else item.ms_played for item in items]
    return [
        Row(
            item.rank,
            shown(view, getattr(item, member), getattr(item, "id", None)),
            item.plays,
            item.ms_played,
            item.share,
            percent(amount, amounts[0]),
            None if item.rank_before is None else item.rank_before - item.rank,
        )
        for item, amount in zip(items, amounts, strict=True)
    ]


def _sentence(rows: Sequence[Row], by: str) -> str | None:
    """What stands out: by how much the first leads the second. None where there is too little to say so."""
    if len(rows) < 2 or by != "plays" or rows[0].plays < FEW:
        return None
    first, second = rows[:2]
    if first.plays == second.plays:
        return f"{first.item.name} and {second.item.name} share the first place, with {first.plays:,} plays each."
    ahead = first.plays - second.plays
    return f"{first.item.name} leads, {ahead:,} {'play' if ahead == 1 else 'plays'} ahead of {second.item.name}."


PAGES = tuple(statistics_page(question, "tops.html", _values, ("show",)) for question in KINDS)
