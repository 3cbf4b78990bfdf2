"""Numbers, dates, durations and lists, in the language of the page."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from web.languages.current import gettext, language, ngettext
from web.languages.formats import Formats, formats

TO = "\u2013"  # a dash


def _formats() -> Formats:
    return formats(language())


def number(value: int) -> str:
    """12345 as 12,345 in English."""
    return f"{value:,}".replace(",", _formats().thousands)


def decimal(value: float, places: int | None = None) -> str:
    """12.5 as 12.5 in English; `places` are always shown."""
    text = f"{value:g}" if places is None else f"{value:.{places}f}"
    return text.replace(".", _formats().point)


def counted(count: int, singular: str, plural: str, **values: object) -> str:
    """As in 1 song, or 2 songs, from "%(count)s song" and "%(count)s songs", which are translated.

    `values` are those of further placeholders.
    """
    return ngettext(singular, plural, count) % {"count": number(count), **values}


def translated(text: str, values: Mapping[str, object]) -> str:
    """A text that was marked for translation elsewhere, with the values of its placeholders."""
    return gettext(text) % {name: _written(value) for name, value in values.items()}


def _written(value: object) -> object:
    match value:
        case int():
            return number(value)
        case float():
            return decimal(value, 1)
        case _:
            return value


def percent(value: float, places: int = 0) -> str:
    """43.2 as 43% in English."""
    return _formats().percent.format(decimal(value, places))


def duration(ms: int) -> str:
    """How long something lasted, as in 1 h 40 min, 3 min or 12 s."""
    hour, minute, second = _formats().units
    minutes = round(ms / 60_000)
    if minutes < 1:
        return second.format(round(ms / 1000))
    hours, minutes = divmod(minutes, 60)
    if hours >= 100 or (hours and not minutes):
        return hour.format(number(hours + (minutes >= 30)))
    return f"{hour.format(hours)} {minute.format(minutes)}" if hours else minute.format(minutes)


def local_date(instant: datetime, time_zone: str) -> date:
    """The date of an instant, in the listener's time zone."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


def short_date(value: date) -> str:
    """As in 20 Nov 2026."""
    return _formats().write(_formats().short_date, value)


def plain_date(value: date) -> str:
    """As in 20 November 2026."""
    return _formats().write(_formats().plain_date, value)


def long_date(value: date) -> str:
    """As in Friday, 20 November 2026."""
    return _formats().write(_formats().long_date, value)


def day(instant: datetime, time_zone: str) -> str:
    """As in 20 Nov 2026, where the listener lives."""
    return short_date(local_date(instant, time_zone))


def month_and_year(value: date) -> str:
    """As in November 2026."""
    return _formats().write(_formats().month_and_year, value)


def day_and_month(value: date) -> str:
    """As in 20 November."""
    return _formats().write(_formats().day_and_month, value)


def short_day_and_month(value: date) -> str:
    """As in 20 Nov."""
    return _formats().write(_formats().short_day_and_month, value)


def month_name(value: date) -> str:
    """As in November."""
    return _formats().months[value.month - 1]


def month_mark(value: date) -> str:
    """As in Nov."""
    return _formats().marks[value.month - 1]


def weekday_names() -> tuple[str, ...]:
    """The names of the days, from Monday."""
    return _formats().weekdays


def weekday_marks() -> tuple[str, ...]:
    """The short names of the days, as in Mon, from Monday."""
    return _formats().short_weekdays


def date_range(first: date, last: date) -> str:
    """As in 23 to 29 November 2026, with a dash between the two."""
    begin, end = first_and_last(first, last)
    return f"{begin}{TO}{end}" if are_of_one_month(first, last) else f"{begin} {TO} {end}"


def first_and_last(first: date, last: date) -> tuple[str, str]:
    """Two dates, without repeating a month or a year: as in 23, and 29 November 2026."""
    if first.year != last.year:
        return plain_date(first), plain_date(last)
    shape = _formats().range_of_days if are_of_one_month(first, last) else _formats().range_of_months
    return _formats().write(shape, first), plain_date(last)


def are_of_one_month(first: date, last: date) -> bool:
    return (first.year, first.month) == (last.year, last.month)


def listed(words: Sequence[str]) -> str:
    """As in one, two and three."""
    return _joined(words, _formats().lists)


def either(words: Sequence[str]) -> str:
    """As in one, two or three."""
    return _joined(words, _formats().choices)


def _joined(words: Sequence[str], patterns: Mapping[str, str]) -> str:
    if len(words) < 3:
        return patterns["2"].format(*words) if len(words) == 2 else "".join(words)
    text = patterns["end"].format(words[-2], words[-1])
    for word in reversed(words[1:-2]):
        text = patterns["middle"].format(word, text)
    return patterns["start"].format(words[0], text)


def country(code: str) -> str:
    """As in Germany, from DE."""
    return _formats().countries.get(code, code)


def direction() -> str:
    """The direction of the script: ltr or rtl."""
    return _formats().direction
