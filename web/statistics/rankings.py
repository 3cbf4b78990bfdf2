"""Rankings as macros/rankings.html shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from web.drawing.scales import percent
from web.questions.view import View
from web.statistics.shown_items import ShownItem, plays_of, shown_item


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a ranking. `moved` is by how many places since the period before, None for what was not there then.

    `history` leads to its plays.
    """

    rank: int
    item: ShownItem
    plays: int
    ms_played: int
    width: str
    moved: int | None
    history: str | None = None


def ranked_rows(view: View, kind: str, entries: Sequence[Any], by: str = "plays") -> list[Row]:
    """Of entries about a kind of item, the first of which has most. Entries without a rank get their places."""
    amounts = [entry.plays if by == "plays" else entry.ms_played for entry in entries]
    return [
        Row(
            getattr(entry, "rank", place),
            shown_item(view, kind, entry),
            entry.plays,
            entry.ms_played,
            percent(amount, amounts[0]),
            _moved(entry),
            plays_of(view, kind, getattr(entry, "id", None)),
        )
        for place, (entry, amount) in enumerate(zip(entries, amounts, strict=True), 1)
    ]


def _moved(entry: Any) -> int | None:
    before = getattr(entry, "rank_before", None)
    return None if before is None else before - entry.rank
