"""Who listens here: what every question needs to know of an account, and which version of its data is meant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine.connection import Prepared, prepared_rows, rows
from people.days import Zones

# One row an account: where it has lived comes as two arrays, the newest first, beginning before every play.
ACCOUNTS = """
    SELECT account.id, username, display_name, refresh_token IS NOT NULL, reconnect_reason IS NOT NULL,
           coalesce((SELECT data_version FROM account_version WHERE account_id = account.id), 0), created_at,
           visibility, disabled_at IS NOT NULL, authorised_at,
           ARRAY(SELECT greatest(since, '0001-01-03 00:00+00') FROM account_time_zone
                 WHERE account_id = account.id ORDER BY since DESC),
           ARRAY(SELECT time_zone FROM account_time_zone WHERE account_id = account.id ORDER BY since DESC),
           consent_ended_at, deletion_put_off_to
    FROM account
"""
ONE_ACCOUNT = ACCOUNTS + "WHERE username = %s"
FORMERLY = (
    ACCOUNTS
    + """
    WHERE id = (SELECT account_id FROM former_username WHERE former_username.username = %s AND until > now())
"""
)
PREPARED_ACCOUNT = Prepared("one_account", ONE_ACCOUNT)  # every question begins with it
NUMBERED_ACCOUNT = ACCOUNTS + "WHERE account.id = %s"
EVERY_ACCOUNT = ACCOUNTS + "ORDER BY username"


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account as it stands; `data_version` grows with every write that can change an answer about it.

    `visibility` is "private" or "public"; `authorised_at` when its listener last agreed on Spotify's page;
    `consent_ended_at` when Spotify first said that this is over.
    """

    id: int
    username: str
    display_name: str | None
    connected: bool
    reconnect_needed: bool
    data_version: int
    created_at: datetime
    visibility: str
    disabled: bool
    authorised_at: datetime | None
    zones: Zones
    consent_ended_at: datetime | None = None
    deletion_put_off_to: datetime | None = None


def known_account(username: str) -> KnownAccount | None:
    """The account of that name, None when there is none."""
    found = prepared_rows(PREPARED_ACCOUNT, username)
    return _account(found[0]) if found else None


def account_formerly(username: str) -> KnownAccount | None:
    """The account that had this name until lately, None when there is none."""
    found = rows(FORMERLY, username)
    return _account(found[0]) if found else None


def zones_of(account_id: int) -> Zones:
    """Where the listener of an account has lived."""
    return _account(rows(NUMBERED_ACCOUNT, account_id)[0]).zones


def every_account() -> list[KnownAccount]:
    """All accounts in the order of their names."""
    return [_account(found) for found in rows(EVERY_ACCOUNT)]


def _account(found: tuple[Any, ...]) -> KnownAccount:
    account_id, username, display_name, consented, ended, data_version, created_at, *more = found
    visibility, disabled, authorised_at, since, names, consent_ended_at, put_off_to = more
    return KnownAccount(
        account_id,
        username,
        display_name,
        consented and not ended,
        consented and ended,
        data_version,
        created_at,
        visibility,
        disabled,
        authorised_at,
        Zones(tuple(zip(since, names, strict=True))),
        consent_ended_at,
        put_off_to,
    )
