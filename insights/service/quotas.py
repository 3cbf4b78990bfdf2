"""How much of what Spotify allows is used up: calls by developer account, and what is blocked until when."""

from dataclasses import dataclass
from datetime import datetime

from db.collecting.quota import ROLLING_DAY
from db.engine.connection import rows

CALLS = """
    SELECT developer, endpoint_group, sum(calls)::integer FROM quota_hour WHERE hour > %s
    GROUP BY developer, endpoint_group ORDER BY developer, endpoint_group
"""
BLOCKS = """
    SELECT developer, endpoint_group, blocked_until FROM quota WHERE blocked_until > %s
    ORDER BY developer, endpoint_group
"""
DEVELOPERS = "SELECT DISTINCT developer FROM spotify_app"


@dataclass(frozen=True, slots=True)
class GroupCalls:
    """Calls of a group of endpoints within 24 hours."""

    developer: str
    endpoint_group: str
    calls: int


@dataclass(frozen=True, slots=True)
class Block:
    """A group of endpoints that Spotify does not serve before `until`."""

    developer: str
    endpoint_group: str
    until: datetime


def calls_in_a_day(now: datetime) -> list[GroupCalls]:
    """In the 24 hours before `now`, and the rest of the hour in which they began."""
    return [GroupCalls(*found) for found in rows(CALLS, now - ROLLING_DAY)]


def blocks(now: datetime) -> list[Block]:
    """Those that last."""
    return [Block(*found) for found in rows(BLOCKS, now)]


def budget_left(calls: list[GroupCalls], calls_a_day: int, settings_developer: str | None) -> dict[str, int]:
    """What is left of the day's budget of each developer: of those that called, have an app, or the settings name."""
    developers = {developer for (developer,) in rows(DEVELOPERS)} | {found.developer for found in calls}
    if settings_developer:
        developers.add(settings_developer)
    used = dict.fromkeys(sorted(developers), 0)
    for found in calls:
        used[found.developer] += found.calls
    return {developer: max(0, calls_a_day - calls) for developer, calls in used.items()}
