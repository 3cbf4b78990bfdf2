"""Format names and times in reasons."""

from collections.abc import Sequence

A_FORTNIGHT, A_WEEK = 14, 7  # days


def together(names: Sequence[str]) -> str:
    """As in "A", "A and B", "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def ago(days: int) -> str:
    """As in "today", "yesterday", "3 days ago", "5 weeks ago"; `days` is not negative."""
    if days >= A_FORTNIGHT:
        return f"{days // A_WEEK} weeks ago"
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def times(count: int) -> str:
    """As in "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
