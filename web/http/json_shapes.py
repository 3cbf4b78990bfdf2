"""Rows of insights/ as JSON: times are RFC 3339 in UTC, to the millisecond."""

from datetime import datetime

import msgspec

from insights.answers.values import moment as utc
from insights.plays.counts import Counts
from insights.plays.tracks import KnownTrack
from insights.shown.music import OPEN, shown_track, spotify_url, track_url
from people.accounts import KnownAccount

__all__ = ["OPEN", "maybe_utc", "spotify_url", "track_shape", "track_url", "user_shape", "utc"]


def maybe_utc(instant: datetime | None) -> str | None:
    return utc(instant) if instant is not None else None


def track_shape(track: KnownTrack) -> dict[str, object]:
    shape: dict[str, object] = msgspec.to_builtins(shown_track(track))
    return shape


def user_shape(
    account: KnownAccount, counts: Counts, now: datetime, base_path: str, goes_at: datetime | None
) -> dict[str, object]:
    """`goes_at` is when data from Spotify is deleted, because the consent was withdrawn."""
    connect = None if account.connected else f"{base_path}/connect?username={account.username}"
    return {
        "username": account.username,
        "display_name": account.display_name,
        "connected": account.connected,
        "reconnect_needed": account.reconnect_needed,
        "spotify_data_deleted_at": maybe_utc(goes_at),
        "plays": counts.plays,
        "first_played_at": maybe_utc(counts.first_played_at),
        "last_played_at": maybe_utc(counts.last_played_at),
        "time_zone": account.zones.at(now),
        "links": {
            "history": f"{base_path}/history/{account.username}",
            "recommendations": f"{base_path}/user-recommendations/{account.username}",
            "connect": connect,
        },
    }
