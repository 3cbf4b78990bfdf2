"""Accounts: the listener of each, its connection to Spotify, and its time zones."""

from datetime import datetime
from typing import Literal
from weakref import WeakKeyDictionary

import msgspec

from db.engine.connection import Prepared, database, execute_prepared
from db.engine.records import prepared_records, record, records
from db.people.accounts import no_account
from people.days import Zones

Visibility = Literal["private", "public"]

# Where and by which transactions an account and its version were last written: as long as these are the same, so is
# everything else about the account, because whatever writes something else raises the version. A restored backup could
# repeat the places and numbers by chance, so who may read is compared as well.
ROW_VERSIONS = """
    concat_ws(' ', account.xmin, account.ctid, account_version.xmin, account_version.ctid, data_version, visibility,
              library_shown, disabled_at IS NULL)
"""
# One row per account. Its time zones come as two arrays, newest first; the last one holds for all time before.
ACCOUNTS = f"""
    SELECT account.id, username, display_name, visibility, library_shown, disabled_at IS NOT NULL AS disabled,
           refresh_token IS NOT NULL AS has_tokens, reconnect_reason, created_at, authorised_at, consent_ended_at,
           deletion_put_off_to,
           coalesce(data_version, 0) AS data_version, {ROW_VERSIONS} AS row_versions, now() AS read_at,
           ARRAY(SELECT greatest(since, '0001-01-03 00:00+00') FROM account_time_zone
                 WHERE account_id = account.id ORDER BY since DESC) AS zones_since,
           ARRAY(SELECT time_zone FROM account_time_zone
                 WHERE account_id = account.id ORDER BY since DESC) AS zone_names
    FROM account LEFT JOIN account_version ON account_version.account_id = account.id
"""
ONE_ACCOUNT = ACCOUNTS + "WHERE username = %s"
FORMERLY = (
    ACCOUNTS
    + """
    WHERE id = (SELECT account_id FROM former_username WHERE former_username.username = %s AND until > now())
"""
)
PREPARED_ACCOUNT = Prepared("one_account", ONE_ACCOUNT)
# Every question begins with this, which takes half as long as reading the account.
PREPARED_STATE = Prepared(
    "account_state",
    f"""
    SELECT {ROW_VERSIONS}, now()
    FROM account LEFT JOIN account_version ON account_version.account_id = account.id WHERE username = %s
    """,
)
NUMBERED_ACCOUNT = ACCOUNTS + "WHERE account.id = %s"
EVERY_ACCOUNT = ACCOUNTS + "ORDER BY username"
MOST_CACHED = 1000


class Account(msgspec.Struct, frozen=True):
    """An account as it was when it was read.

    `has_tokens`: Spotify's tokens are stored. They may be refused, and `reconnect_reason` says why, since
    `consent_ended_at`. `authorised_at` is when the listener last consented on Spotify's page. `library_shown`: others
    who may read the account see its library on Spotify. Nothing is collected for a `disabled` account, and nobody may
    read it. `data_version` grows with every write that can change an answer about the account; `row_versions` changes
    with it, and with the account.
    """

    id: int
    username: str
    display_name: str | None
    visibility: Visibility
    library_shown: bool
    disabled: bool
    has_tokens: bool
    reconnect_reason: str | None
    created_at: datetime
    authorised_at: datetime | None
    consent_ended_at: datetime | None
    deletion_put_off_to: datetime | None
    data_version: int
    row_versions: str
    read_at: datetime
    zones_since: list[datetime]
    zone_names: list[str]

    @property
    def zones(self) -> Zones:
        """Where the listener has lived."""
        return Zones(tuple(zip(self.zones_since, self.zone_names, strict=True)))

    @property
    def time_zone(self) -> str:
        """Where the listener lives now."""
        return self.zones.at(self.read_at)

    @property
    def connected(self) -> bool:
        """Whether Spotify's consent is in force, as far as we know."""
        return self.has_tokens and self.reconnect_reason is None

    @property
    def reconnect_needed(self) -> bool:
        """Whether the account was connected, and only its listener can connect it again."""
        return self.has_tokens and self.reconnect_reason is not None


_caches: WeakKeyDictionary[object, dict[str, Account]] = WeakKeyDictionary()  # one for each database


def find_account(username: str) -> Account | None:
    """The account with that username; None if there is none."""
    cache = _caches.setdefault(database.obj, {})
    cached = cache.get(username)
    if cached is not None:
        for row_versions, now in execute_prepared(PREPARED_STATE, (username,)).fetchall():
            if row_versions == cached.row_versions:
                return msgspec.structs.replace(cached, read_at=now)
    return _read(username, cache)


def _read(username: str, cache: dict[str, Account]) -> Account | None:
    named = prepared_records(Account, PREPARED_ACCOUNT, (username,))
    if not named:
        return None
    if named[0].data_version:  # without one, later changes would go unnoticed
        if len(cache) >= MOST_CACHED:
            cache.clear()
        cache[username] = named[0]
    return named[0]


def account_named(username: str) -> Account:
    """Raises NoSuchAccount."""
    account = find_account(username)
    if account is None:
        raise no_account(username)
    return account


def account_formerly(username: str) -> Account | None:
    """The account that had this username until recently; None if there is none."""
    return record(Account, FORMERLY, (username,))


def find_numbered(account_id: int) -> Account | None:
    """The account with that id, whatever its username is now; None if it was deleted."""
    return record(Account, NUMBERED_ACCOUNT, (account_id,))


def zones_of(account_id: int) -> Zones:
    """Where the listener of an account has lived."""
    (account,) = records(Account, NUMBERED_ACCOUNT, (account_id,))
    return account.zones


def all_accounts() -> list[Account]:
    """All accounts in the order of their names."""
    return records(Account, EVERY_ACCOUNT)
