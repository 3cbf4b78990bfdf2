"""A small chart of one row: amounts over time as one shape, from zero to the largest."""

from collections.abc import Sequence

from web.drawing.scales import short

HEIGHT = 20


def spark(amounts: Sequence[float]) -> str:
    """The path of the shape, one unit wide for each amount and at most HEIGHT high; empty if all are 0."""
    top = max(amounts, default=0)
    if top <= 0:
        return ""
    heights = (short(HEIGHT - HEIGHT * amount / top) for amount in amounts)
    return f"M0 {HEIGHT}" + "".join(f"V{height}h1" for height in heights) + f"V{HEIGHT}z"
