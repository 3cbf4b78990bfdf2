"""/streaks: days in a row with music."""

from datetime import date, timedelta
from typing import Any

from web.languages.writing import counted, plain_date
from web.pages.languages import _
from web.questions.view import View
from web.statistics.lines import Line, days_between, with_bars
from web.statistics.pages.when import SUBJECTS
from web.statistics.showing import statistics_page, tabs

A_DAY = timedelta(days=1)


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "sentence": _sentence(answer),
        "current": answer.current,
        "streaks": with_bars(_line(view, *ranked) for ranked in enumerate(answer.top, 1)),
        "subjects": tabs(view, SUBJECTS),
    }


def _sentence(answer: Any) -> str | None:
    """The longest streak; None if nothing was played."""
    longest, current = answer.longest, answer.current
    if longest is None:
        return None
    if longest.days == 1:
        return _("No two days in a row with music.")
    if not _has_days(longest):
        return _at_most(longest.days)
    if current == longest:
        return _runs(longest.days, longest.first)
    return counted(
        longest.days,
        "Longest streak: %(count)s day, %(span)s.",
        "Longest streak: %(count)s days, %(span)s.",
        span=days_between(longest.first, longest.last),
    )


def _at_most(days: int) -> str:
    return counted(days, "Longest streak: %(count)s day.", "Longest streak: %(count)s days.")


def _runs(days: int, first: date) -> str:
    return counted(
        days,
        "%(count)s day in a row with music, since %(day)s: the longest streak so far.",
        "%(count)s days in a row with music, since %(day)s: the longest streak so far.",
        day=plain_date(first),
    )


def _has_days(streak: Any) -> bool:
    """Whether the reader may see when the streak was: links with totals only see just its length."""
    return hasattr(streak, "first")


def _line(view: View, rank: int, streak: Any) -> Line:
    length = counted(streak.days, "%(count)s day", "%(count)s days")
    if not _has_days(streak):
        return Line(_("Number %(rank)s") % {"rank": rank}, streak.days, length)
    return Line(days_between(streak.first, streak.last), streak.days, length, href=_history(view, streak))


def _history(view: View, streak: Any) -> str | None:
    """The plays of these days, for those who may see them."""
    if not view.may_ask("history") or view.parsed.visitor.period is not None:  # such a link takes no dates
        return None
    return view.address(
        f"/history/{view.account.username}", {"from": streak.first.isoformat(), "to": (streak.last + A_DAY).isoformat()}
    )


PAGES = (statistics_page("streaks", "streaks.html", _values),)
