"""Totals of a period as tiles, each compared with the period before."""

from dataclasses import dataclass
from typing import Any

from insights.answers.so_far import is_running
from web.languages.writing import duration, number
from web.pages.languages import _
from web.questions.view import View


@dataclass(frozen=True, slots=True)
class Tile:
    """`change` is in per cent, None where there is nothing to compare with; `note` stands in its place.

    `is_so_far`: the period is not over, so it is compared with the same part of the period before.
    """

    name: str
    value: str
    change: int | None = None
    note: str = ""
    is_so_far: bool = False


def tiles(view: View) -> list[Tile]:
    """Empty where the reader may not ask for totals."""
    answer = view.other("totals", view.query_of("totals"))
    return tiles_of(view, answer) if answer else []


def tiles_of(view: View, answer: Any) -> list[Tile]:
    """Of the answer about totals."""
    totals, change = answer.totals, answer.change
    shown = (
        (_("Plays"), number(totals.plays), "plays"),
        (_("Listening time"), duration(totals.ms_played), "ms_played"),
        (_("Artists"), number(totals.artists), "artists"),
        (_("Days with music"), number(totals.days), "days"),
    )
    so_far = is_running(view.scope.period, view.parsed.now)
    return [
        Tile(name, value, _per_cent(getattr(change, member, None)), is_so_far=so_far) for name, value, member in shown
    ]


def _per_cent(change: float | None) -> int | None:
    return None if change is None else round(100 * change)
