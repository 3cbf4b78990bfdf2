"""The use of Spotify's API: calls by developer account, and which endpoints are blocked until when."""

from datetime import datetime

from msgspec import Struct

from db.collecting.quota import LIVE_GROUP, ROLLING_DAY
from db.engine.connection import rows
from db.engine.records import records

CALLS = """
    SELECT developer, endpoint_group, sum(calls)::integer AS calls FROM quota_hour WHERE hour > %s
    GROUP BY developer, endpoint_group ORDER BY developer, endpoint_group
"""
BLOCKS = """
    SELECT developer, endpoint_group, blocked_until AS until FROM quota WHERE blocked_until > %s
    ORDER BY developer, endpoint_group
"""
DEVELOPERS = "SELECT DISTINCT developer FROM spotify_app"


class GroupCalls(Struct, frozen=True):
    """Calls of a group of endpoints within 24 hours."""

    developer: str
    endpoint_group: str
    calls: int


class Block(Struct, frozen=True):
    """A group of endpoints that Spotify does not serve before `until`."""

    developer: str
    endpoint_group: str
    until: datetime


def calls_in_a_day(now: datetime) -> list[GroupCalls]:
    """Calls in the 24 hours before `now`, rounded up to a whole hour at the start."""
    return records(GroupCalls, CALLS, [now - ROLLING_DAY])


def blocks(now: datetime) -> list[Block]:
    """The blocks that have not expired."""
    return records(Block, BLOCKS, [now])


def live_budget_left(calls: list[GroupCalls], live_calls_a_day: int) -> dict[str, int]:
    """What is left of the daily budget of live collecting, for each developer with such calls."""
    return {
        group.developer: max(0, live_calls_a_day - group.calls) for group in calls if group.endpoint_group == LIVE_GROUP
    }


def budget_left(calls: list[GroupCalls], calls_a_day: int, settings_developer: str | None) -> dict[str, int]:
    """What is left of each developer's daily budget: those with calls or an app, and the one in the settings."""
    developers = {developer for (developer,) in rows(DEVELOPERS)} | {group.developer for group in calls}
    if settings_developer:
        developers.add(settings_developer)
    used = dict.fromkeys(sorted(developers), 0)
    for group in calls:
        if group.endpoint_group != LIVE_GROUP:  # which has a budget of its own
            used[group.developer] += group.calls
    return {developer: max(0, calls_a_day - count) for developer, count in used.items()}
