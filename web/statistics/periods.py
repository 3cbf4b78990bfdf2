"""The period picker: the period, those before and after it, and those around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from insights.answers.periods import ALL, BEGINNING, DAY, END, MONTH, WEEK, YEAR, Period
from insights.plays.calendar_steps import STEPS, StepName, step_after, step_of
from insights.plays.scope import heard_between
from people.days import AN_INSTANT, local_date
from web.languages.writing import date_range, month_mark
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.days import Days, Unit
from web.visitors.credentials import SHARE

UNITS: dict[Unit, str] = {
    "day": N_("Day"),
    "week": N_("Week"),
    "month": N_("Month"),
    "year": N_("Year"),
    "all": N_("All"),
}
CURRENT: dict[str, Unit] = {"today": "day", "week": "week", "month": "month", "year": "year", "all": "all"}
PATTERNS: tuple[tuple[Unit, re.Pattern[str]], ...] = (("day", DAY), ("week", WEEK), ("month", MONTH), ("year", YEAR))
A_DAY = timedelta(days=1)
LEFT_OUT = {"period": None, "from": None, "to": None, "cursor": None}


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    href: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Picker:
    """`before` and `after` lead to the neighbouring periods; `kept` are the other parameters of the address.

    `years` are those from the first play until now, the newest first; `months` those of the year shown.
    """

    days: Days
    before: Choice | None
    after: Choice | None
    units: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    years: tuple[Choice, ...] = ()
    months: tuple[Choice, ...] = ()

    @property
    def bounds(self) -> tuple[date | str, date | str]:
        """For the form: the first day, and the one after the last; empty if the period has an open end."""
        first, last = self.days.first, self.days.last
        return (first, last + A_DAY) if first and last and last < date.max else ("", "")


def days_of(view: View) -> Days:
    period, zones = view.scope.period, view.scope.zones
    first = None if period.start == BEGINNING else local_date(zones, period.start)
    last = None if period.end == END else local_date(zones, period.end - AN_INSTANT)
    return Days(_unit(period), first, last)


def picker(view: View) -> Picker | None:
    """The picker; None if the question takes no period, or if the reader's link shows only one."""
    if "period" not in view.question.takes or view.parsed.visitor.period is not None:
        return None
    days, today = days_of(view), local_date(view.scope.zones, view.parsed.now)
    kept = {name: value for name, value in view.query.items() if name not in LEFT_OUT}
    if view.parsed.visitor.via == "link":
        kept[SHARE] = view.request.query_params[SHARE]
    return Picker(
        days,
        _beside(view, days, -1, today),
        _beside(view, days, 1, today),
        tuple(_units(view, days, today)),
        tuple(kept.items()),
        tuple(_years(view, days, today)),
        tuple(_months(view, days, today)),
    )


def _unit(period: Period) -> Unit | None:
    if period.name is None:
        return None
    if period.name in CURRENT:
        return CURRENT[period.name]
    return next(unit for unit, pattern in PATTERNS if pattern.fullmatch(period.name))


def _beside(view: View, days: Days, direction: int, today: date) -> Choice | None:
    """The period of the same length before or after; None if it has not begun, or lies beyond the calendar."""
    if days.first is None or days.last is None:
        return None
    try:
        return _next_to(view, days.unit, days.first, days.last, direction, today)
    except OverflowError:
        return None


def _next_to(view: View, unit: Unit | None, first: date, last: date, direction: int, today: date) -> Choice | None:
    """The period on one side, if it has begun. Raises OverflowError."""
    border = last + A_DAY if direction > 0 else first - A_DAY
    if border > today:
        return None
    if unit is None or unit == "all":
        length = last - first
        bounds = (border, border + length) if direction > 0 else (border - length, border)
        return Choice(date_range(*bounds), _by_bounds(view, *bounds))
    beside = _around(border, unit, view.scope.week_starts)
    return Choice(beside.title, href_of(view, beside))


def _units(view: View, days: Days, today: date) -> Iterator[Choice]:
    """The day, week, month and year at the end of this period, or around today, and all time."""
    anchor = min(days.last or today, today)
    for unit in STEPS:
        around = _around(anchor, unit, view.scope.week_starts)
        yield Choice(_(UNITS[unit]), href_of(view, around), unit == days.unit)
    yield Choice(_(UNITS["all"]), view.here(**LEFT_OUT | {"period": "all"}), days.unit == "all")


def _years(view: View, days: Days, today: date) -> Iterator[Choice]:
    """The years from the first play until now; a query."""
    heard = heard_between(replace(view.scope, period=ALL))
    first = local_date(view.scope.zones, heard[0]).year if heard else today.year
    for number in range(today.year, min(first, today.year) - 1, -1):
        year = _around(date(number, 1, 1), "year", view.scope.week_starts)
        yield Choice(year.title, href_of(view, year), year == days)


def _months(view: View, days: Days, today: date) -> Iterator[Choice]:
    """The months of the year shown, until the current one."""
    last = min(days.last or today, today)
    for number in range(1, (today.month if last.year == today.year else 12) + 1):
        month = _around(date(last.year, number, 1), "month", view.scope.week_starts)
        yield Choice(month_mark(date(last.year, number, 1)), href_of(view, month), month == days)


def _around(day: date, unit: StepName, week_starts: str) -> Days:
    """The day, week, month or year that contains a day."""
    first = step_of(day, unit, week_starts)
    return Days(unit, first, step_after(first, unit) - A_DAY)


def href_of(view: View, days: Days, **more: object) -> str:
    """The address of this page about another period, by its name; a week that does not begin on a Monday has none."""
    if days.first is None or days.last is None:
        raise ValueError(days)
    first = days.first
    names = {"day": first.isoformat(), "month": f"{first:%Y-%m}", "year": str(first.year)}
    if days.unit == "week":
        year, week, weekday = first.isocalendar()
        if weekday != 1:
            return _by_bounds(view, first, days.last, **more)
        return view.here(**LEFT_OUT | {"period": f"{year}-W{week:02}"} | more)
    return view.here(**LEFT_OUT | {"period": names[days.unit or ""]} | more)


def _by_bounds(view: View, first: date, last: date, **more: object) -> str:
    return view.here(**LEFT_OUT | {"from": first.isoformat(), "to": (last + A_DAY).isoformat()} | more)
