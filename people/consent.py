"""How long a listener's consent lasts: six months from the day it was given."""

import calendar
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from people.accounts import Account

MONTHS = 6  # from consent on; refreshing does not prolong it (Spotify: refresh-token-expiration, 2026-06)
SOON, VERY_SOON = timedelta(days=30), timedelta(days=7)  # before its end
DAY = timedelta(days=1)

State = Literal["never", "fine", "ends_soon", "ends_very_soon", "ended"]
WARNINGS: dict[State, str] = {  # the most urgent first
    "ended": "has ended: nothing is collected until it is given again",
    "ends_very_soon": "ends within 7 days",
    "ends_soon": "ends within 30 days",
}


@dataclass(frozen=True, slots=True)
class Consent:
    """`ends_at` and `days_left` (whole days, 0 on the last) are None without a consent, or if its date is unknown.

    Listeners can withdraw a consent at any time, so its state can be "ended" before `ends_at`.
    """

    state: State
    ends_at: datetime | None
    days_left: int | None


def consent_ends(authorised_at: datetime) -> datetime:
    """Six calendar months later, in UTC; the last day of that month if the month is too short."""
    start = authorised_at.astimezone(UTC)
    years, month = divmod(start.month - 1 + MONTHS, 12)
    year = start.year + years
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)


def consent_of(account: Account, now: datetime) -> Consent:
    """The consent of the account at `now`."""
    if not account.connected and not account.reconnect_needed:
        return Consent("never", None, None)
    ends_at = consent_ends(account.authorised_at) if account.authorised_at else None
    if account.reconnect_needed or (ends_at and ends_at <= now):
        return Consent("ended", ends_at, 0)
    if ends_at is None:
        return Consent("fine", None, None)
    left = ends_at - now
    return Consent(_state(left), ends_at, left // DAY)


def consent_warnings(accounts: Iterable[Account], now: datetime) -> list[str]:
    """A sentence for each problem, which says how many accounts have it, but not which."""
    states = Counter(consent_of(account, now).state for account in accounts if not account.disabled)
    return [
        f"Spotify's consent for {states[state]} {'account' if states[state] == 1 else 'accounts'} {what}."
        for state, what in WARNINGS.items()
        if states[state]
    ]


def _state(left: timedelta) -> State:
    if left > SOON:
        return "fine"
    return "ends_very_soon" if left <= VERY_SOON else "ends_soon"
