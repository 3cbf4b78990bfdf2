"""Render templates as HTML."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from advice import public_command
from web.http.assets import asset_path
from web.languages.current import gettext, language, ngettext, pgettext
from web.languages.names import named
from web.languages.reasons import reason
from web.languages.writing import (
    counted,
    date_range,
    day,
    day_and_month,
    direction,
    duration,
    either,
    listed,
    local_date,
    long_date,
    month_and_year,
    month_name,
    number,
    percent,
    plain_date,
    short_date,
)
from web.pages.sleeves import initial, sleeve

PLACE = re.compile(r"\{(\d+)\}")
DATE = re.compile(r"\b(?:\d{1,2}\.? )?[^\W\d_]+\.? \d{4}\b")  # as in 20 November 2026
SEPARATOR = re.compile(r"(?<=[_.,;+&/-])(?=\w)")  # of the words of a file's name
CODE, CODE_TAG = re.compile(r"`([^`]+)`"), Markup("<code>{}</code>")
pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
pages.policies["ext.i18n.trimmed"] = True
pages.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]


def render(template: str, values: Mapping[str, object]) -> str:
    return pages.get_template(template).render(values)


def time_of_day(instant: datetime, time_zone: str) -> str:
    """As in 18:30, in the reader's time zone."""
    return f"{instant.astimezone(ZoneInfo(time_zone)):%H:%M}"


def unbroken_dates(html: Markup) -> Markup:
    """The same with non-breaking spaces in its dates, for large type."""
    for written in DATE.findall(html):
        html = html.replace(written, written.replace(" ", "\u00a0"))
    return html


def breakable(file_name: str) -> Markup:
    """The name of a file as HTML, which a narrow page breaks between words before it breaks one."""
    return Markup("<wbr>").join(SEPARATOR.split(file_name))


def code(sentence: str) -> Markup:
    """A sentence as HTML, whose commands and settings between backticks become <code>."""
    words = CODE.split(sentence)  # every other one stood between backticks
    return Markup("").join(CODE_TAG.format(word) if place % 2 else word for place, word in enumerate(words))


def any_of(words: Sequence[str]) -> Markup:
    """A list as in "one, two or three", of texts and of HTML."""
    parts = PLACE.split(either([f"{{{place}}}" for place in range(len(words))]))  # every other one is a place
    return Markup("").join(words[int(part)] if place % 2 else part for place, part in enumerate(parts))


pages.globals.update(
    command=public_command,
    asset_path=asset_path,
    sleeve=sleeve,
    initial=initial,
    counted=counted,
    language=language,
    direction=direction,
)
pages.filters.update(
    number=number,
    percent=percent,
    duration=duration,
    day=day,
    local_date=local_date,
    time_of_day=time_of_day,
    as_date=date.fromisoformat,
    short_date=short_date,
    plain_date=plain_date,
    long_date=long_date,
    month_and_year=month_and_year,
    day_and_month=day_and_month,
    month_name=month_name,
    date_range=date_range,
    listed=listed,
    any_of=any_of,
    reason=reason,
    named=named,
    breakable=breakable,
    code=code,
    unbroken_dates=unbroken_dates,
)
