"""The reasons of songs of a year ago, and of a month in review, in the language of the page."""

import re
from collections.abc import Callable

from web.languages.reason_words import OFTEN, Words, month, times
from web.languages.writing import counted

MONTH = r"(?P<month>\w+ \d{4})"


def _of_year(words: Words) -> str:
    return counted(
        times(words["often"]),
        "You played it once in this week of %(year)s",
        "You played it %(count)s times in this week of %(year)s",
        year=words["year"],
    )


def _of_month(words: Words) -> str:
    return counted(
        times(words["often"]),
        "You played it once in %(month)s",
        "You played it %(count)s times in %(month)s",
        month=month(words["month"]),
    )


def _first_of_month(words: Words) -> str:
    return counted(
        times(words["often"]),
        "You played it for the first time in %(month)s, once that month",
        "You played it for the first time in %(month)s, %(count)s times that month",
        month=month(words["month"]),
    )


def _returned(words: Words) -> str:
    return counted(
        times(words["often"]),
        "You played it once in %(month)s, for the first time since %(before)s",
        "You played it %(count)s times in %(month)s, for the first time since %(before)s",
        month=month(words["month"]),
        before=month(words["before"]),
    )


SENTENCES: list[tuple[re.Pattern[str], Callable[[Words], str]]] = [
    (re.compile(pattern), write)
    for pattern, write in (
        (rf"You played it {OFTEN} in this week of (?P<year>\d{{4}})", _of_year),
        (rf"You played it {OFTEN} in {MONTH}", _of_month),
        (rf"You played it for the first time in {MONTH}, {OFTEN} that month", _first_of_month),
        (rf"You played it {OFTEN} in {MONTH}, for the first time since (?P<before>\w+ \d{{4}})", _returned),
    )
]
