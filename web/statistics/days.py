"""The days of a period, and their names: as a title, and within a sentence."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from insights.plays.calendar_steps import StepName
from web.languages.when import from_day_to_day, in_month, in_week, in_year, on_day, since_day, until_day
from web.languages.writing import date_range, long_date, month_and_year, plain_date
from web.pages.languages import _

Unit = StepName | Literal["all"]


@dataclass(frozen=True, slots=True)
class Days:
    """The first and last local day of a period; None for an open end. `unit` is None for a range that is no unit."""

    unit: Unit | None
    first: date | None
    last: date | None

    @property
    def title(self) -> str:
        """As in 2026, November 2026, Friday, 20 November 2026, or All time."""
        first, last = self.first, self.last
        if first is None and last is None:
            return _("All time")
        if first is None or last is None:
            return (
                _("Since %(day)s") % {"day": plain_date(first)}
                if first
                else _("Until %(day)s") % {"day": plain_date(last or date.max)}
            )
        match self.unit:
            case "year":
                return str(first.year)
            case "month":
                return month_and_year(first)
        return long_date(first) if first == last else date_range(first, last)

    @property
    def when(self) -> str:
        """Within a sentence: as in in 2026, on Friday, 20 November 2026, or so far."""
        return self._within(_("so far"))

    @property
    def in_total(self) -> str:
        """After an amount: like `when`, but "in all" for all time."""
        return self._within(_("in all"))

    def _within(self, all_time: str) -> str:
        first, last = self.first, self.last
        if first is None or last is None:
            return since_day(first) if first else until_day(last) if last else all_time
        match self.unit:
            case "year":
                return in_year(first)
            case "month":
                return in_month(first)
            case "week":
                return in_week(first, last)
        return on_day(first) if first == last else from_day_to_day(first, last)
