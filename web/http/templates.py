"""Templates to HTML, and how a page writes numbers and dates for people."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from advice import public_command

pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


pages.globals["base_path"] = ""  # a page whose links need one is given it
pages.globals["command"] = public_command


def render(template: str, **values: object) -> str:
    return pages.get_template(template).render(**values)


def number(value: int) -> str:
    """12345 as 12 345, with a narrow space that does not break."""
    return f"{value:,}".replace(",", "\u202f")


def day(instant: datetime, time_zone: str) -> str:
    """As in 20 Nov 2026, where the listener lives."""
    local = instant.astimezone(ZoneInfo(time_zone))
    return f"{local.day} {local:%b} {local.year}"


def date_in_words(value: date) -> str:
    """As in Friday, 20 November 2026."""
    return f"{value:%A}, {value.day} {value:%B} {value.year}"


pages.filters.update(number=number, day=day, date=date_in_words)
