"""The interface through which a client checks and reports the use of Spotify's quota.

Spotify counts quota per developer account and per group of endpoints, and a block can last a day (Spotify:
quota-modes, 2026-07). It does not document which endpoints share a group; ours are player, me, tracks, artists,
search, playlists, library, playlist reading, library reading and token.
"""

from datetime import datetime
from typing import Protocol


class Quota(Protocol):
    def blocked_until(self, endpoint_group: str) -> datetime | None:
        """When the group may be called again, None if it may be called now."""

    def block(self, endpoint_group: str, until: datetime, reason: str) -> None:
        """Store that the group may not be called before `until`."""

    def check_budget(self, endpoint_group: str) -> None:
        """Raises TryLater if our own budget has no calls left for the purpose of this client."""

    def count(self, endpoint_group: str) -> None:
        """Count one call of the group that was sent."""
