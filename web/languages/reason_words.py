"""Words and dates inside the stored English reasons of recommendations, in the language of the page."""

from collections.abc import Mapping
from datetime import date

from web.languages.catalogues import ENGLISH
from web.languages.current import gettext as _
from web.languages.formats import formats
from web.languages.writing import counted, month_and_year

Words = Mapping[str, str]
MONTHS = formats(ENGLISH).months
OFTEN = r"(?P<often>once|twice|\d+ times)"
WHEN = r"(?P<when>today|yesterday|\d+ days ago|\d+ weeks ago|in \w+ \d{4})"


def times(often: str) -> int:
    """The number in "once", "twice", "3 times" or "3 days ago"."""
    return {"once": 1, "twice": 2}.get(often) or int(often.split(maxsplit=1)[0])


def month(name: str) -> str:
    """As in November 2026, from English."""
    word, year = name.split()
    return month_and_year(date(int(year), MONTHS.index(word) + 1, 1))


def when(words: Words) -> str:
    """As in "3 days ago", from English."""
    text = words["when"]
    if text in {"today", "yesterday"}:
        return _("today") if text == "today" else _("yesterday")
    if text.startswith("in "):
        return _("in %(month)s") % {"month": month(text.removeprefix("in "))}
    if "week" in text:
        return counted(times(text), "%(count)s week ago", "%(count)s weeks ago")
    return counted(times(text), "%(count)s day ago", "%(count)s days ago")
