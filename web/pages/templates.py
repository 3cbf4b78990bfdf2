"""Templates to HTML, and how pages write numbers, dates and commands."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from advice import public_command
from web.http.assets import asset_path
from web.pages.languages import gettext, ngettext
from web.pages.sleeves import initial, sleeve

CODE, CODE_TAG = re.compile(r"`([^`]+)`"), Markup("<code>{}</code>")
pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
pages.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]


def render(template: str, values: Mapping[str, object]) -> str:
    return pages.get_template(template).render(values)


def number(value: int) -> str:
    """12345 as 12 345, with a narrow space that does not break."""
    return f"{value:,}".replace(",", "\u202f")


def counted(count: int, singular: str, plural: str = "") -> str:
    """As in 1 song, or 2 songs."""
    return f"{number(count)} {singular if count == 1 else plural or singular + 's'}"


def duration(ms: int) -> str:
    """How long something lasted, as in 1 h 40 min, 3 min or 12 s."""
    minutes = round(ms / 60_000)
    if minutes < 1:
        return f"{round(ms / 1000)} s"
    hours, minutes = divmod(minutes, 60)
    if hours >= 100 or (hours and not minutes):
        return f"{number(hours + (minutes >= 30))} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def local_date(instant: datetime, time_zone: str) -> date:
    """The date of an instant, in the listener's time zone."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


def short_date(value: date) -> str:
    """As in 20 Nov 2026."""
    return f"{value.day} {value:%b} {value.year}"


def long_date(value: date) -> str:
    """As in Friday, 20 November 2026."""
    return f"{value:%A}, {value.day} {value:%B} {value.year}"


def month_and_year(value: date) -> str:
    """As in November 2026."""
    return f"{value:%B} {value.year}"


def day(instant: datetime, time_zone: str) -> str:
    """As in 20 Nov 2026, where the listener lives."""
    return short_date(local_date(instant, time_zone))


def code(sentence: str) -> Markup:
    """A sentence as HTML, whose commands and settings between backticks become <code>."""
    words = CODE.split(sentence)  # every other one stood between backticks
    return Markup("").join(CODE_TAG.format(word) if place % 2 else word for place, word in enumerate(words))


pages.globals.update(command=public_command, asset_path=asset_path, sleeve=sleeve, initial=initial)
pages.filters.update(
    number=number,
    duration=duration,
    day=day,
    local_date=local_date,
    as_date=date.fromisoformat,
    short_date=short_date,
    long_date=long_date,
    code=code,
)
