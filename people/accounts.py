"""Accounts: whose each one is, how it is connected to Spotify, and where its listener lives."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from db.engine.connection import Prepared, prepared_rows, rows
from db.people.accounts import no_account
from people.days import Zones

Visibility = Literal["private", "public"]

# One row per account. Its time zones come as two arrays, newest first; the last one holds for all time before.
ACCOUNTS = """
    SELECT account.id, username, display_name, visibility, disabled_at IS NOT NULL AS disabled,
           refresh_token IS NOT NULL AS has_tokens, reconnect_reason, created_at, authorised_at, consent_ended_at,
           deletion_put_off_to,
           coalesce((SELECT data_version FROM account_version WHERE account_id = account.id), 0) AS data_version,
           now() AS read_at,
           ARRAY(SELECT greatest(since, '0001-01-03 00:00+00') FROM account_time_zone
                 WHERE account_id = account.id ORDER BY since DESC) AS zones_since,
           ARRAY(SELECT time_zone FROM account_time_zone
                 WHERE account_id = account.id ORDER BY since DESC) AS zone_names
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


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as it was when it was read.

    `has_tokens`: Spotify's tokens are stored. They may be refused, and `reconnect_reason` says why, since
    `consent_ended_at`. `authorised_at` is when the listener last consented on Spotify's page. Nothing is collected for
    a `disabled` account, and nobody may read it. `time_zone` is the current one of `zones`. `data_version` grows with
    every write that can change an answer about the account.
    """

    id: int
    username: str
    display_name: str | None
    visibility: Visibility
    disabled: bool
    has_tokens: bool
    reconnect_reason: str | None
    created_at: datetime
    authorised_at: datetime | None
    consent_ended_at: datetime | None
    deletion_put_off_to: datetime | None
    data_version: int
    time_zone: str
    zones: Zones

    @property
    def connected(self) -> bool:
        """Whether Spotify's consent is in force, as far as we know."""
        return self.has_tokens and self.reconnect_reason is None

    @property
    def reconnect_needed(self) -> bool:
        """Whether the account was connected, and only its listener can connect it again."""
        return self.has_tokens and self.reconnect_reason is not None


def find_account(username: str) -> Account | None:
    """The account of that name, None when there is none."""
    return _only(prepared_rows(PREPARED_ACCOUNT, username))


def account_named(username: str) -> Account:
    """Raises NoSuchAccount."""
    account = find_account(username)
    if account is None:
        raise no_account(username)
    return account


def account_formerly(username: str) -> Account | None:
    """The account that had this name until recently, None when there is none."""
    return _only(rows(FORMERLY, username))


def zones_of(account_id: int) -> Zones:
    """Where the listener of an account has lived."""
    return _account(rows(NUMBERED_ACCOUNT, account_id)[0]).zones


def all_accounts() -> list[Account]:
    """All accounts in the order of their names."""
    return [_account(columns) for columns in rows(EVERY_ACCOUNT)]


def _only(found: Sequence[tuple[Any, ...]]) -> Account | None:
    return _account(found[0]) if found else None


def _account(columns: tuple[Any, ...]) -> Account:
    *_, read_at, since, names = columns
    zones = Zones(tuple(zip(since, names, strict=True)))
    members = zip(Account.__struct_fields__, columns[:-3], strict=False)
    return Account(**dict(members), time_zone=zones.at(read_at), zones=zones)
