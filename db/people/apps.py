"""Spotify apps other than the one of the settings, and which accounts use them."""

from collections.abc import Sequence

import msgspec

from advice import command
from db.engine.connection import database, row
from db.engine.records import record, records
from db.people.accounts import AccountError, account_id_of, bump_data_version

APP_OF = """
    SELECT spotify_app.id, client_id, client_secret, developer
    FROM account JOIN spotify_app ON spotify_app.id = app_id WHERE account.id = %s
"""
APPS = "SELECT id, client_id, client_secret, developer FROM spotify_app"
USERS = """
    SELECT username, refresh_token IS NOT NULL AS has_tokens FROM account
    WHERE app_id IS NOT DISTINCT FROM %s ORDER BY username
"""
CONNECTED = """
    SELECT count(*) FROM account
    WHERE app_id IS NOT DISTINCT FROM (SELECT app_id FROM account WHERE id = %s) AND refresh_token IS NOT NULL
"""
NEW_APP = """
    INSERT INTO spotify_app (client_id, client_secret, developer) VALUES (%s, %s, %s)
    ON CONFLICT (client_id) DO UPDATE SET client_secret = excluded.client_secret, developer = excluded.developer
    RETURNING xmax = 0
"""
ELSEWHERE = "The account uses another Spotify app now, which needs a new consent: connect again."
# Tokens belong to an app. Another app cannot check whether a consent that seems to have ended is in force after all, so
# its end deletes nothing.
USE = """
    UPDATE account SET app_id = %(app_id)s,
        reconnect_reason = CASE WHEN refresh_token IS NULL THEN reconnect_reason ELSE %(reason)s END,
        consent_ended_at = NULL, consent_refused_at = NULL, deletion_put_off_to = NULL
    WHERE id = %(account_id)s AND app_id IS DISTINCT FROM %(app_id)s RETURNING refresh_token IS NOT NULL
"""


class StoredApp(msgspec.Struct, frozen=True):
    """`client_secret` is sealed (db/engine/cipher.py), or None. Calls count against the quota of `developer`."""

    id: int
    client_id: str
    client_secret: str | None
    developer: str

    def __repr__(self) -> str:
        """Leaves out the secret."""
        return f"StoredApp({self.id}, {self.client_id!r}, developer={self.developer!r})"


class AppUser(msgspec.Struct, frozen=True):
    """An account of an app; `has_tokens`: its listener has consented to an app, and has not disconnected."""

    username: str
    has_tokens: bool


def own_app(account_id: int) -> StoredApp | None:
    """The app of an account; None if it uses the one of the settings."""
    return record(StoredApp, APP_OF, (account_id,))


def stored_apps() -> list[StoredApp]:
    return records(StoredApp, APPS + " ORDER BY client_id")


def app_with(client_id: str) -> StoredApp:
    """Raises AccountError if there is none."""
    app = record(StoredApp, APPS + " WHERE client_id = %s", (client_id,))
    if app is None:
        raise AccountError(
            f"There is no app {client_id!r}: `{command('cli.py', 'apps list')}` shows those there are, "
            f"`{command('cli.py', 'apps add')}` adds one."
        )
    return app


def users_of(app: StoredApp | None) -> list[AppUser]:
    """The accounts that use an app; None: the one of the settings."""
    return records(AppUser, USERS, (app.id if app else None,))


def connected_beside(account_id: int) -> int:
    """How many accounts with tokens use the same app as this one, itself included."""
    (count,) = row(CONNECTED, account_id) or (0,)
    return int(count)


def add_app(client_id: str, sealed_secret: str | None, developer: str) -> bool:
    """Add an app, or change its secret and developer; returns whether it is new."""
    (is_new,) = row(NEW_APP, client_id, sealed_secret, developer) or (False,)
    return bool(is_new)


def remove_app(client_id: str) -> None:
    """Raises AccountError if there is no such app, or if accounts use it."""
    app = app_with(client_id)
    if names := ", ".join(user.username for user in users_of(app)):
        raise AccountError(
            f"{names} would be without an app: give them another first, with "
            f"`{command('cli.py', 'apps use APP USERNAME')}`."
        )
    database.execute_sql("DELETE FROM spotify_app WHERE id = %s", (app.id,))


def use_app(client_id: str | None, usernames: Sequence[str]) -> list[AppUser]:
    """Let accounts connect through this app from now on (None: the settings' one); returns those that used another.

    Those with tokens have to consent again. Raises AccountError if there is no such app or account; nothing changes
    then.
    """
    with database.atomic():
        app_id = app_with(client_id).id if client_id is not None else None
        accounts = {username: account_id_of(username) for username in usernames}
        moved = {username: _use(app_id, account_id) for username, account_id in accounts.items()}
        return [AppUser(username, has_tokens) for username, has_tokens in moved.items() if has_tokens is not None]


def _use(app_id: int | None, account_id: int) -> bool | None:
    """Use the app; returns whether the account has tokens, or None if it used this app already."""
    moved = row(USE, app_id=app_id, account_id=account_id, reason=ELSEWHERE)
    if moved is None:
        return None
    bump_data_version(account_id)
    return bool(moved[0])
