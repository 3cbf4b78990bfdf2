"""When something was, as part of a sentence: on a day, in a month, from one day to another."""

from datetime import date

from web.languages.current import gettext as _
from web.languages.writing import are_of_one_month, first_and_last, long_date, month_and_year, plain_date


def of_decade(first_year: int) -> str:
    """As in 1990s."""
    return _("%(year)ss") % {"year": first_year}


def on_day(day: date) -> str:
    """As in on Friday, 20 November 2026."""
    return _("on %(day)s") % {"day": long_date(day)}


def in_week(first: date, last: date) -> str:
    """As in in the week of 23 to 29 November 2026, with a dash between the two."""
    begin, end = first_and_last(first, last)
    if are_of_one_month(first, last):
        return _("in the week of %(first)s\u2013%(last)s") % {"first": begin, "last": end}
    return _("in the week of %(first)s \u2013 %(last)s") % {"first": begin, "last": end}


def in_week_from(day: date) -> str:
    """As in in the week from 23 November 2026."""
    return _("in the week from %(day)s") % {"day": plain_date(day)}


def in_month(day: date) -> str:
    """As in in November 2026."""
    return _("in %(month)s") % {"month": month_and_year(day)}


def in_year(day: date) -> str:
    """As in in 2026."""
    return _("in %(year)s") % {"year": day.year}


def from_day_to_day(first: date, last: date) -> str:
    """As in from 3 May 2026 to 9 June 2026."""
    return _("from %(first)s to %(last)s") % {"first": plain_date(first), "last": plain_date(last)}


def since_day(day: date) -> str:
    return _("since %(day)s") % {"day": plain_date(day)}


def until_day(day: date) -> str:
    return _("until %(day)s") % {"day": plain_date(day)}
