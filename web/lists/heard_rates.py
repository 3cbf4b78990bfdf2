"""How much of what lists showed was played, compared with simple lists, for a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """Songs of one kind, or of one month: how many were shown and played, and the rate of the simple lists' songs."""

    shown: int
    hits: int
    simple_rate: float | None


@dataclass(frozen=True, slots=True)
class Rates:
    """The shares that were played of the lists' songs, and of simple lists with as many songs of each kind."""

    lists: float
    simple: float


def rates(heard: Iterable[Heard]) -> Rates | None:
    """Kinds that simple lists have no songs of are left out; None if there is nothing to compare."""
    compared = [(each.shown, each.hits, each.simple_rate) for each in heard if each.simple_rate is not None]
    shown = sum(count for count, _, _ in compared)
    if not shown:
        return None
    hits, expected = sum(hits for _, hits, _ in compared), sum(count * rate for count, _, rate in compared)
    return Rates(hits / shown, expected / shown)
