"""Write accounts and their connection to Spotify."""

import shlex
from collections.abc import Sequence
from datetime import datetime

import msgspec
import peewee

from advice import public_command
from db.engine.connection import database, row, rows
from db.engine.records import record
from db.models import Account
from db.people.collecting_soon import collect_soon
from db.people.invitations import use_invitation, use_invitations
from db.people.listeners import TAKEN, NotTheirs, claim
from music import Listener

# An account keeps its former username for a while (db/account_changes/usernames.py).
NEW_ACCOUNT = """
    INSERT INTO account (username, scan_mode) SELECT %(username)s, %(scan_mode)s
    WHERE NOT EXISTS (SELECT FROM former_username WHERE username = %(username)s AND until > now())
    ON CONFLICT DO NOTHING RETURNING id
"""
NEW_ZONE = "INSERT INTO account_time_zone (account_id, time_zone) VALUES (%s, %s) RETURNING account_id"

CALLED_NOW = """
    SELECT account.username FROM former_username JOIN account ON account.id = account_id
    WHERE former_username.username = %s AND until > now()
"""
# Columns of a consent that is in force.
IN_FORCE: dict[str, object] = {
    "reconnect_reason": None, "consent_ended_at": None, "consent_refused_at": None, "deletion_put_off_to": None,
}  # fmt: skip
RESTORE = """
    UPDATE account SET reconnect_reason = NULL, consent_ended_at = NULL, consent_refused_at = NULL,
        deletion_put_off_to = NULL
    WHERE id = %s AND refresh_token = %s AND consent_ended_at IS NOT NULL RETURNING id
"""
NOT_INVITED = "The invitation has been used or has expired in the meantime: ask for another."
GRANT = """
    SELECT access_token, access_token_expires_at AS expires_at, refresh_token, scopes FROM account
    WHERE id = %s AND refresh_token IS NOT NULL
"""
FORGET_NOTICES = "DELETE FROM notice WHERE account_id = %s AND kind IN ('ended', 'deletion')"
BUMP = """
    INSERT INTO account_version (account_id) VALUES (%s)
    ON CONFLICT (account_id) DO UPDATE SET data_version = account_version.data_version + 1
"""


class AccountError(Exception):
    """A request about an account was refused; the message says what would be right."""


class NoSuchAccount(AccountError):
    """No account has this username."""


class NotAllowed(AccountError):
    """Whoever asks may not change this about the account."""


class BadValue(AccountError):
    """A value that cannot be stored; `parameter` is what it was sent as."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class NotInvited(AccountError):
    """The invitation is not valid any more."""


class Grant(msgspec.Struct, frozen=True):
    """Spotify's tokens for an account, sealed (db/engine/cipher.py). The refresh token lives six months."""

    access_token: str
    expires_at: datetime
    refresh_token: str | None
    scopes: str


def ensure_accounts(usernames: Sequence[str], time_zone: str, scan_mode: str = "recent") -> None:
    """Create the accounts that do not exist yet; leave the others as they are, renamed ones too."""
    with database.atomic():
        for username in sorted(usernames):
            for (account_id,) in rows(NEW_ACCOUNT, username=username, scan_mode=scan_mode):
                row(NEW_ZONE, account_id, time_zone)


def account_id_of(username: str) -> int:
    """Raises NoSuchAccount."""
    numbered = row("SELECT id FROM account WHERE username = %s", username)
    if numbered is None:
        raise no_account(username)
    return int(numbered[0])


def no_account(username: str) -> NoSuchAccount:
    """The refusal for a username that no account has."""
    renamed = row(CALLED_NOW, username)
    if renamed:
        return NoSuchAccount(f"There is no account {username!r}: it is called {renamed[0]!r} now.")
    adding = public_command("cli.py", "users add", shlex.quote(username))  # web clients may read it
    return NoSuchAccount(f"There is no account {username!r}: `{adding}` creates it, or add it to USERNAMES.")


def connect_account(
    username: str, listener: Listener, grant: Grant, authorised_at: datetime, invitation: str = ""
) -> None:
    """Store a consent that was just given, and use up the account's invitations, in one transaction.

    Raises AccountError if the consent is that of another account, and NotInvited if it was begun with an `invitation`
    that is not valid any more.
    """
    account_id = account_id_of(username)
    try:
        with database.atomic():
            claim(account_id, username, listener)
            _use_invitations(account_id, invitation)
            Account.update(
                display_name=listener.display_name,
                authorised_at=authorised_at,
                **IN_FORCE,
                **_grant_columns(grant),
            ).where(Account.id == account_id).execute()
            collect_soon(account_id)
            bump_data_version(account_id)
    except (peewee.IntegrityError, NotTheirs) as error:
        raise AccountError(str(error) if isinstance(error, NotTheirs) else TAKEN) from error


def _use_invitations(account_id: int, invitation: str) -> None:
    """Raises NotInvited."""
    if invitation and not use_invitation(account_id, invitation):
        raise NotInvited(NOT_INVITED)
    use_invitations(account_id)


def _grant_columns(grant: Grant) -> dict[str, object]:
    columns: dict[str, object] = {
        "access_token": grant.access_token,
        "access_token_expires_at": grant.expires_at,
        "scopes": grant.scopes,
    }
    if grant.refresh_token:  # Spotify may leave it out: then the old one stays valid (Spotify: refreshing-tokens)
        columns["refresh_token"] = grant.refresh_token
    return columns


def stored_grant(account_id: int) -> Grant | None:
    """The sealed tokens of an account, None if it has none."""
    return record(Grant, GRANT, (account_id,))


def renew_grant(account_id: int, used: Grant, grant: Grant) -> None:
    """Store refreshed tokens, unless the listener has consented again since `used` was read.

    This proves that a consent that seemed to have ended is in force: forget that, so that a real end is noticed again.
    """
    with database.atomic():
        if row(RESTORE, account_id, used.refresh_token):
            database.execute_sql(FORGET_NOTICES, (account_id,))
            bump_data_version(account_id)
        Account.update(**_grant_columns(grant)).where(
            Account.id == account_id, Account.refresh_token == used.refresh_token
        ).execute()


def mark_reconnect(account_id: int, used: Grant, reason: str, ended_at: datetime | None = None) -> None:
    """Spotify has refused the consent `used`: for the first time, which is when it ended, or again."""
    with database.atomic():
        (at,) = row("SELECT coalesce(%s, now())", ended_at) or (None,)
        changed = Account.update(
            reconnect_reason=reason,
            consent_ended_at=peewee.fn.coalesce(Account.consent_ended_at, at),
            consent_refused_at=at,
        ).where(Account.id == account_id, Account.refresh_token == used.refresh_token)
        if changed.execute():
            bump_data_version(account_id)


def bump_data_version(account_id: int) -> None:
    """Call this in the transaction of every write that can change an answer: ETags depend on it."""
    database.execute_sql(BUMP, (account_id,))
