"""Tables whose cells are coloured by an amount, such as genres by hour."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from web.drawing.scales import amount_class, quartiles

Column = TypeVar("Column")
Amounts = Mapping[tuple[Column, str], float]


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row; `cells` are amounts in words, with their classes from 0 to 4."""

    name: str
    href: str | None
    cells: Sequence[tuple[str, int]]


def heat_rows(
    links: Sequence[tuple[str, str | None]],
    columns: Sequence[Column],
    amounts: Amounts[Column],
    written: Callable[[float], str],
) -> list[HeatRow]:
    """A row for each name, with its page; classes are the same for all rows."""
    borders = quartiles(amounts.values())

    def cell(amount: float) -> tuple[str, int]:
        return written(amount), amount_class(amount, borders)

    return [HeatRow(name, href, [cell(amounts.get((each, name), 0)) for each in columns]) for name, href in links]


def parts(amounts: Amounts[Column]) -> dict[tuple[Column, str], float]:
    """Each amount as a part of its column."""
    whole: dict[Column, float] = defaultdict(float)
    for (column, _), amount in amounts.items():
        whole[column] += amount
    return {(column, name): amount / whole[column] for (column, name), amount in amounts.items() if amount}


def most(amounts: Amounts[Column]) -> tuple[Column, str] | None:
    """The place of the largest amount; None without any."""
    return max(amounts, key=lambda place: amounts[place], default=None)
