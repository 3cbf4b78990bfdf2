"""Scales: round ticks, classes of amounts, and positions in per cent."""

import math
from collections.abc import Iterable, Sequence

STEPS = (1, 2, 2.5, 5, 10)  # times a power of ten


def round_ticks(top: float, wanted: int = 3) -> list[float]:
    """Numbers in round steps from 0 up to `top` or just above it; at least one step."""
    if top <= 0:
        return [0, 1]
    raw = top / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = max(1.0, next(factor * power for factor in STEPS if factor * power >= raw))
    return [index * step for index in range(math.ceil(top / step) + 1)]


def quartiles(amounts: Iterable[float]) -> list[float]:
    """The borders between four classes of the amounts that are not 0, so that one busy day does not dim all others."""
    positive = sorted(amount for amount in amounts if amount > 0)
    return [positive[min(len(positive) - 1, len(positive) * quarter // 4)] for quarter in (1, 2, 3)] if positive else []


def amount_class(amount: float, borders: Sequence[float]) -> int:
    """From 0, for nothing, to 4."""
    return 0 if amount <= 0 else 1 + sum(amount > border for border in borders)


def short(number: float) -> str:
    """The number with at most two decimals, for attributes of SVG."""
    return f"{number:.2f}".rstrip("0").rstrip(".") or "0"


def percent(part: float, whole: float) -> str:
    return short(100 * part / whole) if whole else "0"
