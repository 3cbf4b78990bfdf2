"""Which questions a token or a share link can be limited to: the first words of their addresses."""

from collections.abc import Sequence
from functools import cache

from recommend.questions import all_questions

LISTS = "user-recommendations"  # no question, but as private as one
LIBRARY = "library"  # which others may ask only if the listener shows it
# A home, the rankings and the recap, which people share together.
OVERVIEW = ("totals", "top-artists", "top-tracks", "top-albums", "top-genres", "recap")


@cache
def questions() -> tuple[str, ...]:
    """All names that a token can be limited to."""
    return tuple(sorted({LISTS, *all_questions()}))


@cache
def linked() -> tuple[str, ...]:
    """The names with one address per account, to which a link can lead."""
    of_accounts = (question.name for question in all_questions().values() if question.about == "{username}")
    return tuple(sorted({LISTS, *of_accounts}))


@cache
def of_periods() -> frozenset[str]:
    """The questions that a link for one period may ask."""
    every = all_questions().values()
    return frozenset(question.name for question in every if "period" in question.takes and question.for_period_links)


@cache
def with_sums_only() -> frozenset[str]:
    """The questions that a link with totals only may ask: totals, but no single plays, places or devices."""
    return frozenset(question.name for question in all_questions().values() if question.sums_only)


def first_page(chosen: Sequence[str] | None, period: str | None, *, redacted: bool) -> str:
    """The question to which a link with this scope leads first."""
    return chosen[0] if chosen else ("totals" if redacted or period else "history")


def why_nothing_is_left(chosen: Sequence[str] | None, period: str | None, *, redacted: bool) -> str | None:
    """A sentence if a link with this scope could show nothing of a question that is chosen, None otherwise."""
    for question in chosen or ():
        if period and question not in of_periods():
            return f"{question} does not depend on a period: leave out the period, or choose another statistic."
        if redacted and question not in with_sums_only():
            return f"{question} shows single plays, places or devices: a link with totals only cannot show it."
    if redacted and period == "today":
        return "A link with totals only shows whole days that are over, and today is not: choose a longer period."
    return None
