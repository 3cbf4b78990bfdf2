"""Rankings as macros/rankings.html shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from insights.items.heard_before import last_heard_before
from web.drawing.scales import percent
from web.questions.view import View
from web.statistics.shown_items import ShownItem, plays_of, shown_item
from web.statistics.trends import Trend, Trends

Arrival = Literal["new", "back"]  # never played before, or last played before the period before


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a ranking. `moved` is by how many places since the period before, None if it was not there then.

    `arrival` says how it got there. `history` leads to its plays. `note` is shown below the name, in place of artists.
    `trend` is how its amount changed within the period.
    """

    rank: int
    item: ShownItem
    plays: int
    ms_played: int
    width: str
    moved: int | None
    history: str | None = None
    arrival: Arrival | None = None
    note: str = ""
    trend: Trend | None = None


def ranked_rows(
    view: View, kind: str, entries: Sequence[Any], by: str = "plays", trends: Trends | None = None
) -> list[Row]:
    """The rows of entries about a kind of item, the largest first. Entries without a rank are numbered."""
    known = _last_heard(view, kind, entries)
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
            _arrival(view, entry, known),
            trend=trends.of.get(getattr(entry, "id", None)) if trends else None,
        )
        for place, (entry, amount) in enumerate(zip(entries, amounts, strict=True), 1)
    ]


def _last_heard(view: View, kind: str, entries: Sequence[Any]) -> dict[int, datetime]:
    """When the entries that were not played in the period before last were; a query, if there are any."""
    if view.scope.before is None:
        return {}
    arrived = (entry for entry in entries if getattr(entry, "rank_before", entry) is None)
    return last_heard_before(view.scope, kind, [entry.id for entry in arrived if hasattr(entry, "id")])


def _arrival(view: View, entry: Any, known: Mapping[int, datetime]) -> Arrival | None:
    """How an entry arrived; None if it was played in the rest of the period before, with which a running period is not
    compared yet, or if the reader may not know: links with totals only get entries without ids.
    """
    before, last = view.scope.period.before, known.get(getattr(entry, "id", 0))
    if before is None or not hasattr(entry, "id"):
        return None
    if last is None:
        return "new"
    return "back" if last < before[0] else None


def _moved(entry: Any) -> int | None:
    before = getattr(entry, "rank_before", None)
    return None if before is None else before - entry.rank
