"""Which Spotify app each account is connected by, where it is not the one that the settings name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from advice import command
from db.engine.connection import database, row, rows
from db.people.accounts import AccountError, account_id_of, bump_data_version

APP_OF = """
    SELECT spotify_app.id, client_id, client_secret, developer
    FROM account JOIN spotify_app ON spotify_app.id = app_id WHERE account.id = %s
"""
APPS = "SELECT id, client_id, client_secret, developer FROM spotify_app"
USERS = """
    SELECT username, refresh_token IS NOT NULL FROM account WHERE app_id IS NOT DISTINCT FROM %s ORDER BY username
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
ELSEWHERE = "It is connected by another Spotify app from now on, for which consent has to be given anew: connect again."
# Tokens belong to the app that consent was given to. Whether one that seemed to have ended goes on cannot be tried by
# another app, so nothing is deleted for its end.
USE = """
    UPDATE account SET app_id = %(app_id)s,
        reconnect_reason = CASE WHEN refresh_token IS NULL THEN reconnect_reason ELSE %(reason)s END,
        consent_ended_at = NULL, consent_refused_at = NULL, deletion_put_off_to = NULL
    WHERE id = %(account_id)s AND app_id IS DISTINCT FROM %(app_id)s RETURNING refresh_token IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class StoredApp:
    """`client_secret` is sealed (db/engine/cipher.py), or None; `developer` is whose quota it uses up."""

    id: int
    client_id: str
    client_secret: str | None = field(repr=False)
    developer: str


class AppUser(NamedTuple):
    """An account of an app; `has_tokens`: its listener has consented to an app, and has not disconnected."""

    username: str
    has_tokens: bool


def own_app(account_id: int) -> StoredApp | None:
    """None where the account is connected by the app that the settings name."""
    found = row(APP_OF, account_id)
    return StoredApp(*found) if found else None


def stored_apps() -> list[StoredApp]:
    return [StoredApp(*found) for found in rows(APPS + " ORDER BY client_id")]


def app_with(client_id: str) -> StoredApp:
    """Raises AccountError when there is none."""
    found = row(APPS + " WHERE client_id = %s", client_id)
    if found is None:
        raise AccountError(
            f"There is no app {client_id!r}: `{command('cli.py', 'apps list')}` shows those there are, "
            f"`{command('cli.py', 'apps add')}` adds one."
        )
    return StoredApp(*found)


def users_of(app: StoredApp | None) -> list[AppUser]:
    """Who is connected by an app, or will be; None: by the one that the settings name."""
    return [AppUser(*found) for found in rows(USERS, app.id if app else None)]


def connected_beside(account_id: int) -> int:
    """How many accounts are connected by the same app as this one, itself included."""
    (count,) = row(CONNECTED, account_id) or (0,)
    return int(count)


def add_app(client_id: str, sealed_secret: str | None, developer: str) -> bool:
    """Add an app, or change what is known of it; returns whether it is new."""
    (is_new,) = row(NEW_APP, client_id, sealed_secret, developer) or (False,)
    return bool(is_new)


def remove_app(client_id: str) -> None:
    """Raises AccountError when there is none, or accounts are connected by it."""
    app = app_with(client_id)
    if names := ", ".join(user.username for user in users_of(app)):
        raise AccountError(
            f"{names} would be without an app: give them another first, with "
            f"`{command('cli.py', 'apps use APP USERNAME')}`."
        )
    database.execute_sql("DELETE FROM spotify_app WHERE id = %s", (app.id,))


def use_app(client_id: str | None, usernames: Sequence[str]) -> list[AppUser]:
    """Let accounts connect by this app from now on (None: the settings' one); returns those that used another one.

    Those with tokens have to consent again. Raises AccountError if there is no such app or account; nothing changes
    then.
    """
    with database.atomic():
        app_id = app_with(client_id).id if client_id is not None else None
        accounts = {username: account_id_of(username) for username in usernames}
        moved = {username: _use(app_id, account_id) for username, account_id in accounts.items()}
        return [AppUser(username, has_tokens) for username, has_tokens in moved.items() if has_tokens is not None]


def _use(app_id: int | None, account_id: int) -> bool | None:
    """Whether the account has tokens, None if it used this app already."""
    moved = row(USE, app_id=app_id, account_id=account_id, reason=ELSEWHERE)
    if moved is None:
        return None
    bump_data_version(account_id)
    return bool(moved[0])
