"""The budget of calls to Spotify: polls come first, because plays that they miss are lost; what can wait comes last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from db.collecting.quota import LIVE_GROUP, ROLLING_DAY, HourlyCalls, StoredQuota
from spotify.client import TRACKS
from spotify.errors import TryLater
from spotify.library import LIBRARY, PLAYLISTS

LIVE_CALLS_A_DAY = 2000
CALLS_A_DAY = 1000  # what Spotify allows is not documented, and differs between groups of endpoints


class Purpose(StrEnum):
    """The purpose of a call."""

    POLL = "poll"
    REFRESH = "refresh"  # a token, without which no poll works
    FIRST_COLLECTION = "first collection"
    METADATA = "metadata"
    LIBRARY = "playlists and libraries"
    LIVE = "live collecting"
    DESCRIPTIONS = "songs of imports"


# The share of the day's budget up to which calls for a purpose are made. Polls and token refreshes have no limit but
# Spotify's own, because a play that is not collected in time is lost.
SHARES = {
    Purpose.FIRST_COLLECTION: 1.0,
    Purpose.METADATA: 0.8,
    Purpose.LIBRARY: 0.5,
    Purpose.DESCRIPTIONS: 0.2,
    Purpose.LIVE: 1.0,
}
# Purposes with a budget of their own: only their own calls count, so making lists never keeps them waiting for days.
OWN_GROUPS = {Purpose.LIBRARY: (PLAYLISTS, LIBRARY), Purpose.LIVE: (LIVE_GROUP,), Purpose.DESCRIPTIONS: (TRACKS,)}


@dataclass(frozen=True, slots=True)
class BudgetedQuota:
    """The quota of a developer account for calls of one purpose. `calls_a_day` is the budget of all purposes but live
    collecting, or that of live collecting.
    """

    stored: StoredQuota
    purpose: Purpose
    calls_a_day: int
    now: Callable[[], datetime]

    def check_budget(self, endpoint_group: str) -> None:  # noqa: ARG002 - the budget is one for all groups
        """Raises TryLater with the time at which the budget has room again."""
        share = SHARES.get(self.purpose)
        if share is None:
            return
        used = self.stored.calls_by_hour(self.now() - ROLLING_DAY, OWN_GROUPS.get(self.purpose))
        until = _room_from(used, int(self.calls_a_day * share))
        if until is not None:
            setting = "LIVE_CALLS_A_DAY" if self.purpose is Purpose.LIVE else "API_CALLS_A_DAY"
            raise TryLater(
                f"The day's budget of {self.calls_a_day} calls to Spotify ({setting}) leaves none for "
                f"{self.purpose} until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC, because polls come first; "
                "it continues by itself then.",
                until,
            )

    def blocked_until(self, endpoint_group: str) -> datetime | None:
        return self.stored.blocked_until(endpoint_group)

    def block(self, endpoint_group: str, until: datetime, reason: str) -> None:
        self.stored.block(endpoint_group, until, reason)

    def count(self, endpoint_group: str) -> None:
        self.stored.count(endpoint_group)


def _room_from(calls_by_hour: list[HourlyCalls], most: int) -> datetime | None:
    """When fewer than `most` of these calls (oldest hour first) will be within a day; None if that is so already."""
    used, until = sum(hourly.calls for hourly in calls_by_hour), None
    for hourly in calls_by_hour:
        if used < most:
            break
        used, until = used - hourly.calls, hourly.hour + ROLLING_DAY
    return until
