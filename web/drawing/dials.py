"""A dial: bars around a disc, such as the hours of a day with midnight above, or the months of a year."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from web.drawing.scales import short

MIDDLE, INNER, OUTER = 100, 32, 84  # of a field of 200 x 200
GAP = 0.1  # of the room for each bar, on either side


@dataclass(frozen=True, slots=True)
class Wedge:
    """One bar, as the data of an SVG path. The first of the largest is the peak."""

    path: str
    is_peak: bool


def dial(amounts: Sequence[int]) -> tuple[Wedge, ...]:
    """The bars; empty if all amounts are 0. Lengths grow with the square root, so that areas do not mislead."""
    largest = max(amounts, default=0)
    if not largest:
        return ()
    peak, room = amounts.index(largest), 2 * math.pi / len(amounts)
    return tuple(
        Wedge(_path(math.sqrt(amount / largest), room * (place + GAP), room * (place + 1 - GAP)), place == peak)
        for place, amount in enumerate(amounts)
    )


def _path(length: float, begin: float, end: float) -> str:
    """Between two angles, clockwise from the top."""
    radius = INNER + (OUTER - INNER) * length
    first, second, third, fourth = (_point(r, angle) for r, angle in zip(
        (INNER, radius, radius, INNER), (begin, begin, end, end), strict=True
    ))  # fmt: skip
    outer, inner = short(radius), short(INNER)
    return f"M{first}L{second}A{outer} {outer} 0 0 1 {third}L{fourth}A{inner} {inner} 0 0 0 {first}z"


def _point(radius: float, angle: float) -> str:
    return f"{short(MIDDLE + radius * math.sin(angle))} {short(MIDDLE - radius * math.cos(angle))}"
