"""Dates that a reader chose on a page but that form no period: the page shows its form with them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from starlette.requests import Request

from web.http.errors import Problem

BOUNDS = ("from", "to")
OF_DATES = {*BOUNDS, "period", "cursor"}  # what the form replaces


@dataclass(frozen=True, slots=True)
class RefusedDates:
    """`kept` are the other parameters of the address."""

    bounds: Sequence[str]
    kept: Sequence[tuple[str, str]]

    @property
    def are_reversed(self) -> bool:
        days = [_day(bound) for bound in self.bounds]
        return any(first and last and first >= last for first, last in pairwise(days))


def refused_dates(request: Request, error: Exception) -> RefusedDates | None:
    """None if something else was refused."""
    query = request.query_params
    if request.method != "GET" or not isinstance(error, Problem) or error.more.get("parameter") not in BOUNDS:
        return None
    kept = [(name, value) for name, value in query.multi_items() if name not in OF_DATES]
    return RefusedDates([query.get(name, "") for name in BOUNDS], kept)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
