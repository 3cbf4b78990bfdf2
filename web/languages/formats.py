"""How a language writes dates, numbers and durations, according to CLDR.

A call of Babel takes up to a tenth of a millisecond, and a page has hundreds of dates. So what Babel knows is read once
per language; formatting is a str.format.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from babel import Locale
from babel.units import format_unit

from web.languages.catalogues import ENGLISH

BRITISH = "en_GB"  # our English has always had its order of day, month and year
TOKEN = re.compile(r"'([^']*)'|([A-Za-z])\2*")
FIELDS = {
    "d": "{0.day}",
    "dd": "{0.day:02}",
    "y": "{0.year}",
    "MMMM": "{month}",
    "MMM": "{short_month}",
    "LLL": "{mark}",
    "EEEE": "{weekday}",
}
DASH = "\u2009\u2013"  # a thin space and a dash, with which CLDR ends the beginning of a range
UNITS = ("hour", "minute", "second")
OWN_UNITS = {ENGLISH: ("{} h", "{} min", "{} s")}


@dataclass(frozen=True, slots=True)
class Formats:
    """What a language needs. Patterns are for str.format (see `write`). A `mark` is a short month that stands alone."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    marks: tuple[str, ...]
    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    short_date: str
    plain_date: str
    long_date: str
    month_and_year: str
    day_and_month: str
    short_day_and_month: str
    range_of_days: str
    range_of_months: str
    thousands: str
    point: str
    percent: str
    units: tuple[str, ...]
    lists: dict[str, str]
    choices: dict[str, str]
    direction: str
    countries: dict[str, str]

    def write(self, pattern: str, day: date) -> str:
        place = day.month - 1
        return pattern.format(
            day,
            month=self.months[place],
            short_month=self.short_months[place],
            mark=self.marks[place],
            weekday=self.weekdays[day.weekday()],
        )


@cache
def formats(language: str) -> Formats:
    """The formats of a language, read from CLDR once."""
    locale, order = Locale.parse(language), Locale.parse(BRITISH if language == ENGLISH else language)
    return Formats(
        **_names(locale),
        **_patterns(order),
        thousands=str(locale.number_symbols["latn"]["group"]),
        point=str(locale.number_symbols["latn"]["decimal"]),
        percent=str(locale.percent_formats[None].pattern).replace("#,##0", "{}"),
        units=OWN_UNITS.get(language) or tuple(_unit(locale, unit) for unit in UNITS),
        lists=dict(order.list_patterns["standard"]),
        choices=dict(order.list_patterns["or"]),
        direction=locale.text_direction,
        countries=dict(locale.territories),
    )


def _names(locale: Locale) -> dict[str, Any]:
    months, alone, days = locale.months["format"], locale.months["stand-alone"], locale.days["stand-alone"]
    return {
        "months": _in_order(months["wide"]),
        "short_months": _in_order(months["abbreviated"]),
        "marks": _in_order(alone["abbreviated"]),
        "weekdays": _in_order(days["wide"]),
        "short_weekdays": _in_order(days["abbreviated"]),
    }


def _in_order(names: Any) -> tuple[str, ...]:
    return tuple(str(names[number]) for number in sorted(names))


def _patterns(locale: Locale) -> dict[str, Any]:
    skeletons, ranges = locale.datetime_skeletons, locale.interval_formats["MMMMd"]
    return {
        "short_date": _pattern(skeletons["yMMMd"].pattern),
        "plain_date": _pattern(locale.date_formats["long"].pattern),
        "long_date": _pattern(locale.date_formats["full"].pattern),
        "month_and_year": _pattern(skeletons["yMMMM"].pattern),
        "day_and_month": _pattern(skeletons["MMMMd"].pattern),
        "short_day_and_month": _pattern(skeletons["MMMd"].pattern),
        "range_of_days": _pattern(ranges["d"][0].rstrip(DASH)),
        "range_of_months": _pattern(ranges["M"][0].rstrip(DASH)),
    }


def _pattern(cldr: str) -> str:
    """CLDR's pattern, as in d. MMMM y, for str.format."""
    return TOKEN.sub(lambda match: match[1] if match[1] is not None else FIELDS[match[0]], cldr)


def _unit(locale: Locale, unit: str) -> str:
    return format_unit(7, f"duration-{unit}", "short", locale=locale).replace("7", "{}")
