"""Lines with bars: amounts of anything that has a name, as macros/lines.html shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from web.drawing.scales import percent as width
from web.languages.writing import percent, short_date
from web.pages.languages import _
from web.statistics.shown_items import ShownItem


@dataclass(frozen=True, slots=True)
class Line:
    """A line; its bar shows the `amount`, and `value` is the same in words. An `item` is shown with its cover."""

    name: str
    amount: float
    value: str
    note: str = ""
    href: str | None = None
    item: ShownItem | None = None


def with_bars(lines: Iterable[Line], whole: float | None = None) -> list[tuple[Line, str]]:
    """Each line with the width of its bar: the whole width is `whole`, or else the largest amount."""
    listed = list(lines)
    most = whole or max((line.amount for line in listed), default=0)
    return [(line, width(line.amount, most)) for line in listed]


def share(part: float | None) -> str:
    """As in 43 %. What is nearly nothing or everything is not rounded to it."""
    if part is None:
        return _("not known")
    if 0 < part < 0.005:
        return _("under %(share)s") % {"share": percent(1)}
    return _("over %(share)s") % {"share": percent(99)} if 0.995 < part < 1 else percent(100 * part)


def small_share(part: float) -> str:
    """As in 4.3 %, for shares that are mostly small."""
    return _("under %(share)s") % {"share": percent(0.1, 1)} if 0 < part < 0.001 else percent(100 * part, 1)


def days_between(first: date, last: date) -> str:
    """As in 3 May 2026, or 3 May 2026 to 9 May 2026."""
    if first == last:
        return short_date(first)
    return _("%(first)s to %(last)s") % {"first": short_date(first), "last": short_date(last)}
