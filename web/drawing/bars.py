"""A bar chart, such as plays by day, week, month or year."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.drawing.scales import percent, round_ticks, short

LABELS = 12  # under the bars, at most
LETTERS = 35  # for which the narrowest phone has room under a chart
BAR, GAP = 0.72, 0.14  # of the room for each
CLOSE = 120  # bars, with more than which they touch, as one shape: they would be hairlines


@dataclass(frozen=True, slots=True)
class Amount:
    """What one bar stands for. `label` is its full name, `mark` a short one under the bar, `when` the one in sentences.

    If there are too many bars to mark them all, those that are `major` are marked, such as the first of each year.
    `href` leads to a page about it. An amount that is not known has no bar, and no number in the table.
    """

    label: str
    value: int
    mark: str = ""
    major: bool = False
    when: str = ""
    href: str | None = None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Bar:
    amount: Amount
    x: str
    width: str
    middle: str
    y: str
    height: str
    anchor: str
    is_peak: bool
    mark: str
    on_screens_only: bool  # the mark, for which a phone has no room


@dataclass(frozen=True, slots=True)
class Tick:
    value: int
    y: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart. `peak` is the largest of several amounts, which is highlighted; None if all are 0, or only one.

    `outline` is the path of all bars, each one unit wide and at most 100 high; empty if they do not touch.
    """

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    peak: Amount | None
    outline: str

    @property
    def total(self) -> int:
        return sum(bar.amount.value for bar in self.bars)

    @property
    def rows(self) -> list[tuple[str, int | str]]:
        """The numbers, as a table."""
        return [(bar.amount.label, bar.amount.value if bar.amount.is_known else "\u2013") for bar in self.bars]

    @property
    def hrefs(self) -> list[str | None]:
        """The addresses to which the rows of the table lead."""
        return [bar.amount.href for bar in self.bars]


def bars(amounts: Sequence[Amount], unit: int = 1) -> Bars:
    """The chart of these amounts, with lines at round numbers of the `unit`."""
    top = max((amount.value for amount in amounts), default=0)
    ticks = [tick * unit for tick in round_ticks(top / unit)]
    peak = next((amount for amount in amounts if amount.value == top), None) if top and len(amounts) > 1 else None
    marked = _marked(amounts)
    wide = _for_screens_only(amounts, marked)
    drawn = tuple(_bar(amounts, place, ticks[-1], peak, marked, wide) for place in range(len(amounts)))
    lines = tuple(Tick(int(tick), short(100 - 100 * tick / ticks[-1])) for tick in ticks[1:])
    return Bars(drawn, lines, peak, _outline(drawn) if len(drawn) > CLOSE else "")


def _outline(drawn: Sequence[Bar]) -> str:
    return "M0 100" + "".join(f"V{bar.y}h1" for bar in drawn) + "V100z"


def _marked(amounts: Sequence[Amount]) -> list[int]:
    """The places of the bars that have a mark under them."""
    major = [place for place, amount in enumerate(amounts) if amount.major]
    has_too_many = len(amounts) > 2 * LABELS and len(major) > 1
    places = _apart(major, len(amounts)) if has_too_many else list(range(len(amounts)))
    return places[:: max(1, -(-len(places) // LABELS))]


def _apart(places: list[int], count: int) -> list[int]:
    """Without the first if the second is too near: the first is then only a part of a year or month."""
    return places[1:] if (places[1] - places[0]) * LABELS < count * BAR else places


def _for_screens_only(amounts: Sequence[Amount], marked: Sequence[int]) -> Sequence[int]:
    """The marks for which a phone has no room: every other one, or the first if only the second is too near."""
    longest = 1 + max((len(amounts[place].mark) for place in marked), default=0)
    if len(marked) * longest > LETTERS:
        return marked[1::2]
    is_near = len(marked) > 1 and (marked[1] - marked[0]) * LETTERS < longest * len(amounts)
    return marked[:1] if is_near else ()


def _bar(
    amounts: Sequence[Amount],
    place: int,
    top: float,
    peak: Amount | None,
    marked: Sequence[int],
    wide: Sequence[int],
) -> Bar:
    amount, count = amounts[place], len(amounts)
    gap, width = (0, 1) if count > CLOSE else (GAP, BAR)
    return Bar(
        amount=amount,
        x=short(100 * (place + gap) / count),
        width=short(100 * width / count),
        middle=short(100 * (place + 0.5) / count),
        y=short(100 - 100 * amount.value / top),
        height=percent(amount.value, top),
        anchor="start" if place < count / 8 else "end" if place > count * 7 / 8 else "middle",
        is_peak=amount is peak,
        mark=amount.mark if place in marked else "",
        on_screens_only=place in wide,
    )
