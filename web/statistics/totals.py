"""Totals of a period as tiles, each compared with the period before."""

from dataclasses import dataclass
from typing import Any

from web.languages.writing import duration, number
from web.pages.languages import _
from web.questions.view import View
from web.statistics.comparisons import compared, period_before


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile; `change` is in per cent, None if there is nothing to compare with; `note` is shown below the value."""

    name: str
    value: str
    change: int | None = None
    note: str = ""


def tiles(view: View) -> list[Tile]:
    """The tiles of the period; empty if the reader may not ask for totals."""
    answer = view.other("totals", view.query_of("totals"))
    return tiles_of(view, answer) if answer else []


def tiles_of(view: View, answer: Any) -> list[Tile]:
    """The tiles of an answer about totals."""
    totals, change = answer.totals, answer.change
    shown = (
        (_("Plays"), number(totals.plays), "plays"),
        (_("Listening time"), duration(totals.ms_played), "ms_played"),
        (_("Artists"), number(totals.artists), "artists"),
        (_("Days with music"), number(totals.days), "days"),
    )
    before = period_before(view)
    return [
        _tile(name, value, member, _per_cent(getattr(change, member, None)), before) for name, value, member in shown
    ]


def _tile(name: str, value: str, member: str, change: int | None, before: str) -> Tile:
    return Tile(
        name, value, change, "" if change is None else compared(change, before, is_counted=member != "ms_played")
    )


def _per_cent(change: float | None) -> int | None:
    return None if change is None else round(100 * change)
