"""Seal every stored secret anew under the newest SECRET_KEY, so that the older ones can be forgotten."""

from dataclasses import dataclass

from db.engine.cipher import Cipher, WrongKey
from db.engine.connection import database, row, rows
from db.engine.locks import tokens_lock

ACCOUNTS = "SELECT id, username FROM account WHERE num_nonnulls(access_token, refresh_token) > 0 ORDER BY id"
TOKENS = "SELECT access_token, refresh_token FROM account WHERE id = %s"
STORE_TOKENS = "UPDATE account SET access_token = %s, refresh_token = %s WHERE id = %s"
APPS = "SELECT id, client_id FROM spotify_app WHERE client_secret IS NOT NULL ORDER BY id"
SECRET = "SELECT client_secret FROM spotify_app WHERE id = %s"  # noqa: S105 - a query  # nosec B105
# Given anew meanwhile, it is under the newest key already.
STORE_SECRET = "UPDATE spotify_app SET client_secret = %s WHERE id = %s AND client_secret = %s"  # noqa: S105 - a query  # nosec B105


@dataclass(frozen=True, slots=True)
class Rotation:
    """Whose secrets are under the newest key now, and whose no key at hand opens."""

    sealed_anew: tuple[str, ...]
    unreadable: tuple[str, ...]


def rotate(cipher: Cipher) -> Rotation:
    """Seal what is not under the newest key yet, one account or app after the other.

    Stopped at any moment, it goes on where it was when asked again; needs an open connection and no transaction.
    """
    accounts = [(username, _rotate_account(cipher, account_id)) for account_id, username in rows(ACCOUNTS)]
    apps = [(f"the app {client_id}", _rotate_app(cipher, app_id)) for app_id, client_id in rows(APPS)]
    found = accounts + apps
    return Rotation(
        tuple(name for name, changed in found if changed), tuple(name for name, changed in found if changed is None)
    )


def _rotate_account(cipher: Cipher, account_id: int) -> bool | None:
    """Whether anything was to be done, None where it cannot be."""
    with tokens_lock(account_id):  # whoever renews tokens now would not find the one again that was used
        sealed = row(TOKENS, account_id) or ()
        try:
            anew = [cipher.sealed_anew(token) if token else None for token in sealed]
        except WrongKey:
            return None
        if not any(anew):
            return False
        kept = [new or old for new, old in zip(anew, sealed, strict=True)]
        database.execute_sql(STORE_TOKENS, (*kept, account_id))
        return True


def _rotate_app(cipher: Cipher, app_id: int) -> bool | None:
    (sealed,) = row(SECRET, app_id) or (None,)
    try:
        anew = cipher.sealed_anew(sealed) if sealed else None
    except WrongKey:
        return None
    if anew is not None:
        database.execute_sql(STORE_SECRET, (anew, app_id, sealed))
    return anew is not None
