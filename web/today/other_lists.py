"""Links to a listener's other lists, and to other dates of lists that are not daily."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db.lists.recommendations import ListName
from insights.recommendations import latest_runs
from recommend.list_dates import LISTS, month_before
from web.languages.writing import long_date, month_and_year, plain_date
from web.lists.names import NAMES
from web.pages.languages import N_, _
from web.today.asked_list import Asked

SHOWN = 60  # dates: a year of weeks
EMPTY: Mapping[ListName, str] = {
    "daily": N_("This list is empty."),
    "weekly": N_("This list is empty: no source has proposed a song that you do not know."),
    "year-ago": N_("You have no plays from this week of earlier years."),
    "month": N_("You have no plays from that month."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to a list."""

    text: str
    href: str
    is_shown: bool


def tabs(asked: Asked) -> list[Choice]:
    """The lists that the account has, and the one on the page. One query."""
    known = {run.list_name for run in latest_runs([asked.account.id], dict.fromkeys(LISTS, 1))} | {asked.list_name}
    names = [name for name in LISTS if name in known]
    return [Choice(_(NAMES[name]), asked.address_of(name), name == asked.list_name) for name in names]


def dated(asked: Asked, dates: Sequence[date]) -> list[Choice]:
    return [Choice(date_text(asked.list_name, day), asked.address_of_list(day), day == asked.day) for day in dates]


def date_text(name: ListName, day: date) -> str:
    """What the list of a date is about: a day, a week or the month before."""
    if name == "daily":
        return long_date(day)
    if name == "month":
        return month_and_year(month_before(day))
    return _("Week of %(day)s") % {"day": plain_date(day)}
