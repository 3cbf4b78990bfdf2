"""What a client must ask and tell about Spotify's quota; who keeps it is not its business.

Quota is counted per developer account and per group of endpoints, and a block can last a day
(Spotify: quota-modes, 2026-07). Which endpoints share a group is not documented; ours are
player, me, tracks, artists, search, playlists, library and token.
"""

from datetime import datetime
from typing import Protocol


class Quota(Protocol):
    def blocked_until(self, endpoint_group: str) -> datetime | None:
        """When the group may be called again, None when it may be called now."""

    def block(self, endpoint_group: str, until: datetime, reason: str) -> None:
        """Remember, beyond this process, that the group may not be called before `until`."""

    def check_budget(self, endpoint_group: str) -> None:
        """Raises TryLater where our own budget has no call left for what this client is for."""

    def count(self, endpoint_group: str) -> None:
        """One call of the group has been sent."""
