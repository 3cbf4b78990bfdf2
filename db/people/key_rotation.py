"""Encrypt every stored secret with the newest SECRET_KEY, so that the older ones can be removed."""

import msgspec

from db.engine.cipher import Cipher, WrongKey
from db.engine.connection import database, row
from db.engine.locks import tokens_lock
from db.engine.records import record, records

ACCOUNTS = "SELECT id, username AS name FROM account WHERE num_nonnulls(access_token, refresh_token) > 0 ORDER BY id"
TOKENS = "SELECT access_token, refresh_token FROM account WHERE id = %s"
STORE_TOKENS = "UPDATE account SET access_token = %s, refresh_token = %s WHERE id = %s"
APPS = "SELECT id, client_id AS name FROM spotify_app WHERE client_secret IS NOT NULL ORDER BY id"
SECRET = "SELECT client_secret FROM spotify_app WHERE id = %s"  # noqa: S105 - a query  # nosec B105
WEBHOOKS = "SELECT id, account_id, secret FROM webhook ORDER BY account_id, id"
STORE_WEBHOOK = "UPDATE webhook SET secret = %s WHERE account_id = %s AND id = %s"
# One that was changed in the meantime is under the newest key already.
STORE_SECRET = "UPDATE spotify_app SET client_secret = %s WHERE id = %s AND client_secret = %s"  # noqa: S105 - a query  # nosec B105


class Rotation(msgspec.Struct, frozen=True):
    """The names of accounts, apps and webhooks whose secrets were re-encrypted, and of those that no key opens."""

    sealed_anew: tuple[str, ...]
    unreadable: tuple[str, ...]


class _Sealed(msgspec.Struct, frozen=True):
    """An account or an app with secrets."""

    id: int
    name: str


class _Webhook(msgspec.Struct, frozen=True):
    id: int
    account_id: int
    secret: str

    @property
    def name(self) -> str:
        return f"webhook {self.id}"


class _Tokens(msgspec.Struct, frozen=True):
    access_token: str | None
    refresh_token: str | None


def rotate(cipher: Cipher) -> Rotation:
    """Re-encrypt every secret that is not under the newest key yet, one after the other.

    If it is interrupted, call it again. Needs an open connection and no transaction.
    """
    accounts = [(each.name, _rotate_account(cipher, each.id)) for each in records(_Sealed, ACCOUNTS)]
    apps = [(f"the app {each.name}", _rotate_app(cipher, each.id)) for each in records(_Sealed, APPS)]
    webhooks = [(each.name, _rotate_webhook(cipher, each)) for each in records(_Webhook, WEBHOOKS)]
    results = accounts + apps + webhooks
    return Rotation(
        tuple(name for name, changed in results if changed), tuple(name for name, changed in results if changed is None)
    )


def _rotate_account(cipher: Cipher, account_id: int) -> bool | None:
    """Re-encrypt the account's tokens; returns whether anything changed, None if no key can open them."""
    with tokens_lock(account_id):  # a renewal at the same time would not recognise the token that it used
        sealed = record(_Tokens, TOKENS, [account_id]) or _Tokens(None, None)
        try:
            access, refresh = _anew(cipher, sealed.access_token), _anew(cipher, sealed.refresh_token)
        except WrongKey:
            return None
        if not (access or refresh):
            return False
        values = (access or sealed.access_token, refresh or sealed.refresh_token, account_id)
        database.execute_sql(STORE_TOKENS, values)
        return True


def _anew(cipher: Cipher, sealed: str | None) -> str | None:
    """The secret under the newest key; None if there is none, or if it is under that key already."""
    return cipher.sealed_anew(sealed) if sealed else None


def _rotate_app(cipher: Cipher, app_id: int) -> bool | None:
    (sealed,) = row(SECRET, app_id) or (None,)
    try:
        anew = _anew(cipher, sealed)
    except WrongKey:
        return None
    if anew is not None:
        database.execute_sql(STORE_SECRET, (anew, app_id, sealed))
    return anew is not None


def _rotate_webhook(cipher: Cipher, webhook: _Webhook) -> bool | None:
    try:
        anew = _anew(cipher, webhook.secret)
    except WrongKey:
        return None
    if anew is not None:
        database.execute_sql(STORE_WEBHOOK, (anew, webhook.account_id, webhook.id))
    return anew is not None
