"""/streaks: days in a row with music."""

from datetime import timedelta
from typing import Any

from web.pages.templates import counted
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
    """None where nothing was played."""
    longest, current = answer.longest, answer.current
    if longest is None:
        return None
    if longest.days == 1:
        return "No two days in a row with music."
    days = f"{counted(longest.days, 'day')} in a row with music"
    if not _has_days(longest):
        return f"{days} at most."
    if current == longest:
        return f"{days}, since {longest.first.day} {longest.first:%B} {longest.first.year}: the longest streak so far."
    return f"{days} at most: {days_between(longest.first, longest.last)}."


def _has_days(streak: Any) -> bool:
    """A link with sums only is told how long streaks were, but not when."""
    return hasattr(streak, "first")


def _line(view: View, rank: int, streak: Any) -> Line:
    length = counted(streak.days, "day")
    if not _has_days(streak):
        return Line(f"Number {rank}", streak.days, length)
    return Line(days_between(streak.first, streak.last), streak.days, length, href=_history(view, streak))


def _history(view: View, streak: Any) -> str | None:
    """The plays of these days, for those who may see them."""
    if not view.may_ask("history") or view.parsed.visitor.period is not None:  # such a link takes no dates
        return None
    return view.address(
        f"/history/{view.account.username}", {"from": streak.first.isoformat(), "to": (streak.last + A_DAY).isoformat()}
    )


PAGES = (statistics_page("streaks", "streaks.html", _values),)
