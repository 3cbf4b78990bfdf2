"""Which account belongs to which listener on Spotify, by `account_id`, which never changes, and `id`, which can.

Spotify has only sent the `id` until 2026-05. If only the `id` is known, both columns hold it, so the first column
always identifies a listener. Accounts that have not been connected since then have an empty second column, and either
value in the first. Former `id`s are kept, to recognise a listener by them.
"""

from contextlib import suppress

import msgspec
import peewee

from db.engine.connection import database, row
from db.engine.locks import wait_for_listeners_lock
from db.engine.records import record
from music import Listener

TAKEN = (
    "This Spotify account is connected under another username already: use that one, or sign in to Spotify as somebody "
    "else."
)
# One `id` is one listener, unless it has two different `account_id`s.
SAME = """(
    spotify_account_id = %(account_id)s
    OR (spotify_id = %(id)s AND (spotify_account_id = spotify_id OR %(account_id)s = %(id)s))
    OR (spotify_id IS NULL AND spotify_account_id = %(id)s)
    OR (%(id)s = ANY(former_spotify_ids) AND %(account_id)s = %(id)s)
)"""
MINE = f"SELECT spotify_account_id IS NULL OR {SAME} FROM account WHERE id = %(account)s"
ANOTHERS = f"SELECT FROM account WHERE id <> %(account)s AND {SAME} LIMIT 1"
WHO = f"""
    SELECT id, username, disabled_at IS NOT NULL AS disabled FROM account WHERE {SAME}
    ORDER BY spotify_account_id = %(account_id)s DESC, id LIMIT 1
"""
# Spotify has given this `id` to somebody else since. Its former owner has another one, which we may not know yet.
GIVE_UP_OLD = """
    UPDATE account SET spotify_id = nullif(spotify_id, %(id)s),
        former_spotify_ids = array_remove(former_spotify_ids, %(id)s)
    WHERE id <> %(account)s AND %(id)s = ANY(former_spotify_ids || spotify_id) AND spotify_account_id <> %(id)s
"""
LEARN = """
    UPDATE account SET
        former_spotify_ids = array_remove(
            array_remove(former_spotify_ids || spotify_id, coalesce(%(id)s, spotify_id)), NULL
        ),
        spotify_id = coalesce(%(id)s, spotify_id),
        spotify_account_id = CASE
            WHEN %(account_id)s = %(id)s THEN coalesce(spotify_account_id, %(account_id)s) ELSE %(account_id)s
        END
    WHERE id = %(account)s
"""


class NotTheirs(Exception):
    """The account belongs to another listener on Spotify; the message says what would be right."""


class ListenersAccount(msgspec.Struct, frozen=True):
    id: int
    username: str
    disabled: bool


def listener_of(listener: Listener) -> ListenersAccount | None:
    """The account of a listener on Spotify; None if there is none that may sign in.

    Stores the ids that Spotify sends now, for the next time.
    """
    account = record(ListenersAccount, WHO, _names(listener))
    if account is None or account.disabled:
        return None
    with suppress(peewee.IntegrityError), database.atomic():  # somebody else has just taken it
        wait_for_listeners_lock()
        _learn(account.id, listener)
    return account


def claim(account_id: int, username: str, listener: Listener) -> None:
    """Make the account that of a listener on Spotify, in the caller's transaction. Raises NotTheirs."""
    wait_for_listeners_lock()
    names = {"account": account_id, **_names(listener)}
    if row(MINE, **names) != (True,):
        raise NotTheirs(
            f"{username!r} belongs to another Spotify account than the one that has just agreed: sign in to Spotify "
            "as the same listener as before, so that two people's plays are not mixed."
        )
    if row(ANOTHERS, **names) is not None:
        raise NotTheirs(TAKEN)
    _learn(account_id, listener)


def _learn(account_id: int, listener: Listener) -> None:
    names = {"account": account_id, **_names(listener)}
    for statement in (GIVE_UP_OLD, LEARN):
        database.execute_sql(statement, names)


def _names(listener: Listener) -> dict[str, object]:
    return {"account_id": listener.account_id, "id": listener.spotify_id}
