"""Whose account is whose on Spotify: known by `account_id`, which never changes, and by `id`, which can.

Spotify's answers have had only the `id` until 2026-05. Whoever is known by it alone has it in both columns, so the
first says who it is in any case; accounts from before that have not been connected since have an empty second column,
and either in the first. An `id` that has changed is remembered, for whoever comes with it and nothing else.
"""

from contextlib import suppress

import peewee

from db.engine.connection import database, row
from db.engine.locks import wait_for_listeners_lock
from music import Listener

TAKEN = (
    "This Spotify account is connected under another username already: use that one, or sign in to Spotify as somebody "
    "else."
)
# One `id` is one listener, unless two `account_id`s tell them apart.
SAME = """(
    spotify_account_id = %(account_id)s
    OR (spotify_id = %(id)s AND (spotify_account_id = spotify_id OR %(account_id)s = %(id)s))
    OR (spotify_id IS NULL AND spotify_account_id = %(id)s)
    OR (%(id)s = ANY(former_spotify_ids) AND %(account_id)s = %(id)s)
)"""
MINE = f"SELECT spotify_account_id IS NULL OR {SAME} FROM account WHERE id = %(account)s"
ANOTHERS = f"SELECT FROM account WHERE id <> %(account)s AND {SAME} LIMIT 1"
WHO = f"""
    SELECT id, username, disabled_at IS NOT NULL FROM account WHERE {SAME}
    ORDER BY spotify_account_id = %(account_id)s DESC, id LIMIT 1
"""
# Spotify has given this `id` to somebody else since: whoever had it has another one now, which may not be known yet.
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
    """An account belongs to somebody else on Spotify; the sentence says what would be right."""


def listener_of(listener: Listener) -> tuple[int, str] | None:
    """The account (id and username) of a listener on Spotify, None where there is none that may sign in.

    What Spotify says of them now is remembered for the next time.
    """
    account = row(WHO, **_names(listener))
    if account is None or account[2]:
        return None
    with suppress(peewee.IntegrityError), database.atomic():  # somebody else has just taken it
        wait_for_listeners_lock()
        _learn(account[0], listener)
    return account[0], account[1]


def claim(account_id: int, username: str, listener: Listener) -> None:
    """An account becomes, or is already, that of a listener on Spotify; part of the caller's transaction.

    Raises NotTheirs, and IntegrityError where another account becomes the same listener's at the same time.
    """
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
