"""Rankings as pages show them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from web.drawing.scales import percent
from web.questions.view import View
from web.statistics.shown_items import ShownItem, shown_album, shown_artist, shown_track

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


def ranked_rows(view: View, question: str, answer: Any) -> list[Row]:
    """Of the answer to one of LISTS."""
    member, shown = LISTS[question]
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
