"""Pairs of amounts, such as of two listeners, as macros/pairs.html shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.drawing.scales import percent
from web.statistics.shown_items import ShownItem

Cell = str | int


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two amounts, and the same in words. `amount` is None if it is not known, and `value` says so."""

    amount: float | None
    value: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Something with two amounts: an item with its cover, or just a name. `numbers` are its row in the table."""

    name: str
    sides: tuple[Side, Side]
    numbers: Sequence[Cell]
    note: str = ""
    item: ShownItem | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar; without a `width`, only its value is shown."""

    width: str
    value: str


@dataclass(frozen=True, slots=True)
class Pair:
    name: str
    note: str
    item: ShownItem | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    title: str
    finding: str
    sides: tuple[str, str]
    pairs: Sequence[Pair]
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def pairs(
    title: str, finding: str, sides: tuple[str, str], compared: Sequence[Compared], heads: Sequence[str]
) -> Pairs:
    """The pairs as bars; the largest of all amounts has the whole width."""
    most = max((side.amount or 0 for each in compared for side in each.sides), default=0)
    drawn = [Pair(each.name, each.note, each.item, tuple(_bar(side, most) for side in each.sides)) for each in compared]
    return Pairs(title, finding, sides, drawn, heads, [(each.name, *each.numbers) for each in compared])


def _bar(side: Side, most: float) -> Bar:
    return Bar("" if side.amount is None else percent(side.amount, most), side.value)
