"""Who is listened for: accounts, their connection to Spotify, and the zone they live in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import peewee

from db.connection import database, row, rows
from db.models import Account
from music import Listener

ACCOUNTS = """
    SELECT account.id, username, refresh_token IS NOT NULL, reconnect_reason, zone.time_zone, disabled_at IS NOT NULL
    FROM account CROSS JOIN LATERAL (
        SELECT time_zone FROM account_time_zone
        WHERE account_id = account.id AND since <= now() ORDER BY since DESC LIMIT 1
    ) zone
"""
NOW = peewee.SQL("now()")
# A name that its account had until lately is that account's still (db/usernames.py).
NEW_ACCOUNT = """
    INSERT INTO account (username) SELECT %(username)s
    WHERE NOT EXISTS (SELECT FROM former_username WHERE username = %(username)s AND until > now())
    ON CONFLICT DO NOTHING RETURNING id
"""
NEW_ZONE = "INSERT INTO account_time_zone (account_id, time_zone) VALUES (%s, %s) RETURNING account_id"

CALLED_NOW = """
    SELECT account.username FROM former_username JOIN account ON account.id = account_id
    WHERE former_username.username = %s AND until > now()
"""
BUMP = """
    INSERT INTO account_version (account_id) VALUES (%s)
    ON CONFLICT (account_id) DO UPDATE SET data_version = account_version.data_version + 1
"""


class AccountError(Exception):
    """Something asked of an account that cannot be; the sentence says what would be right."""


@dataclass(frozen=True, slots=True)
class StoredAccount:
    id: int
    username: str
    connected: bool  # consent was given once; it may have ended: see reconnect_reason
    reconnect_reason: str | None
    time_zone: str
    disabled: bool = False  # nothing is collected, and nobody may read


@dataclass(frozen=True, slots=True)
class Grant:
    """What Spotify gave for an account, sealed (db/tokens.py); the refresh token lives six months from consent."""

    access_token: str
    expires_at: datetime
    refresh_token: str | None
    scopes: str


def ensure_accounts(usernames: Sequence[str], time_zone: str) -> None:
    """Make the accounts that do not exist yet, in `time_zone`; leave the others as they are, also under a new name."""
    with database.atomic():
        for username in sorted(usernames):
            for (account_id,) in rows(NEW_ACCOUNT, username=username):
                row(NEW_ZONE, account_id, time_zone)


def all_accounts() -> list[StoredAccount]:
    return [StoredAccount(*found) for found in rows(ACCOUNTS + "ORDER BY username")]


def account_named(username: str) -> StoredAccount:
    """Raises AccountError when there is none of that name."""
    found = row(ACCOUNTS + "WHERE username = %s", username)
    if found is None:
        raise _no_account(username)
    return StoredAccount(*found)


def _no_account(username: str) -> AccountError:
    renamed = row(CALLED_NOW, username)
    if renamed:
        return AccountError(f"There is no account {username!r}: it is called {renamed[0]!r} now.")
    return AccountError(f"There is no account {username!r}: add it to USERNAMES.")


def connect_account(username: str, listener: Listener, grant: Grant, authorised_at: datetime) -> None:
    """Store consent just given. Raises AccountError when it belongs to somebody else's account."""
    account = account_named(username)
    (spotify_account_id,) = row("SELECT spotify_account_id FROM account WHERE id = %s", account.id) or (None,)
    if spotify_account_id not in {None, listener.account_id}:
        raise AccountError(
            f"{username!r} belongs to another Spotify account than the one that has just agreed: sign in to Spotify "
            "as the same listener as before, so that two people's plays are not mixed."
        )
    try:
        with database.atomic():
            Account.update(
                spotify_account_id=listener.account_id,
                display_name=listener.display_name,
                authorised_at=authorised_at,
                reconnect_reason=None,
                consent_ended_at=None,
                **_grant_columns(grant),
            ).where(Account.id == account.id).execute()
            bump_data_version(account.id)
    except peewee.IntegrityError as error:
        raise AccountError(
            "This Spotify account is connected under another username already: use that one, or sign in to Spotify "
            "as somebody else."
        ) from error


def _grant_columns(grant: Grant) -> dict[str, object]:
    columns: dict[str, object] = {
        "access_token": grant.access_token,
        "access_token_expires_at": grant.expires_at,
        "scopes": grant.scopes,
    }
    if grant.refresh_token:  # a reply without one means: go on using the old one (Spotify: refreshing-tokens)
        columns["refresh_token"] = grant.refresh_token
    return columns


def stored_grant(account_id: int) -> Grant | None:
    """The sealed tokens of an account, None when it was never connected."""
    found = row(
        "SELECT access_token, access_token_expires_at, refresh_token, scopes FROM account WHERE id = %s", account_id
    )
    return Grant(*found) if found and found[2] else None


def renew_grant(account_id: int, used: Grant, grant: Grant) -> None:
    """Store refreshed tokens, unless consent was given anew since `used` was read: then the newer ones stay."""
    Account.update(**_grant_columns(grant)).where(
        Account.id == account_id, Account.refresh_token == used.refresh_token
    ).execute()


def mark_reconnect(account_id: int, used: Grant, reason: str, ended_at: datetime | None = None) -> None:
    """Consent `used` has ended (now); nothing is asked of Spotify for this account until it is given again."""
    with database.atomic():
        changed = Account.update(
            reconnect_reason=reason, consent_ended_at=peewee.fn.coalesce(Account.consent_ended_at, ended_at, NOW)
        ).where(Account.id == account_id, Account.refresh_token == used.refresh_token)
        if changed.execute():
            bump_data_version(account_id)


def bump_data_version(account_id: int) -> None:
    """Every write that can change an answer calls this in its own transaction: ETags are made of it."""
    database.execute_sql(BUMP, (account_id,))
