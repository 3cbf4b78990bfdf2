"""Statistics and periods in words, as the account's pages list them."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from insights.answers.periods import DAY, MONTH, WEEK
from people.accounts import Account
from recommend.questions import all_questions
from web.languages.writing import month_and_year, short_date
from web.openapi.question_names import LIBRARY, LISTS
from web.pages.languages import _


def question_title(name: str) -> str:
    """The title of a statistic or of the daily list: that of its page, unless that says too little in a list."""
    return _own_titles().get(name) or _(all_questions()[name].page)


def _own_titles() -> dict[str, str]:
    return {
        LISTS: _("Today\u2019s list"),
        "activity": _("Plays over time"),
        "calendar": _("Calendar"),
        "clock": _("Hours of the week"),
        "compare": _("Comparison with another listener"),
        "quality": _("Quality of the data"),
        "recommendation-quality": _("Success of recommendations"),
        "top-albums": _("Top albums"),
        "top-artists": _("Top artists"),
        "top-genres": _("Top genres"),
        "top-tracks": _("Top songs"),
        "totals": _("Totals"),
    }


def offered(names: Iterable[str], own: Account) -> list[tuple[str, str]]:
    """The statistics that a link or a token for them would show, with their titles, in the order of the titles."""
    shown = (name for name in names if name != LIBRARY or own.library_shown)
    return sorted(((name, question_title(name)) for name in shown), key=lambda named: named[1].casefold())


def period_in_words(name: str) -> str:
    """As in this month, 2025, June 2025 or Week 42 of 2025."""
    current = {"today": _("today"), "week": _("this week"), "month": _("this month"), "year": _("this year")}
    if name in current:
        return current[name]
    worded = next(((words, match) for pattern, words in NAMED if (match := pattern.fullmatch(name))), None)
    return worded[0](worded[1]) if worded else name


def _week(match: re.Match[str]) -> str:
    return _("Week {week} of {year}").format(week=int(match[2]), year=match[1])


NAMED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (DAY, lambda match: short_date(date.fromisoformat(match[0]))),
    (MONTH, lambda match: month_and_year(date.fromisoformat(f"{match[0]}-01"))),
    (WEEK, _week),
)
