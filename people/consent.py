"""How long a listener's consent lasts, and how it stands: six months from the day it was given."""

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
    """`ends_at` and `days_left` (whole days, 0 on the last) are None where none was given, or nobody knows when.

    Listeners can withdraw a consent at any time: "ended" can therefore come before `ends_at`.
    """

    state: State
    ends_at: datetime | None
    days_left: int | None


def consent_ends(authorised_at: datetime) -> datetime:
    """Six calendar months on, in UTC; on the last day of a month that is too short to have the same day."""
    given = authorised_at.astimezone(UTC)
    years, month = divmod(given.month - 1 + MONTHS, 12)
    year = given.year + years
    day = min(given.day, calendar.monthrange(year, month + 1)[1])
    return given.replace(year=year, month=month + 1, day=day)


def consent_of(account: Account, now: datetime) -> Consent:
    """How the account's consent stands at `now`."""
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
    """A sentence about each thing to worry about, which says of how many accounts and not of which."""
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
