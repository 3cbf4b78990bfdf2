"""What has to go by itself, every hour: accounts whose deletion was stopped, and what Spotify's terms say must go."""

from collections.abc import Iterator
from datetime import datetime

import audit
from collect.matching import settle_plays
from db.accounts import bump_data_version
from db.api_data import forget_api_data, has_imports
from db.connection import database
from db.deletion import delete_account, unfinished_deletions
from db.locks import account_lock, import_lock, wait_for_lists_lock, wait_for_plays_lock
from db.metadata import drop_old_pictures
from insights.withdrawal import withdrawn


def forget_what_must_go(now: datetime, *, keep_after_disconnect: bool) -> Iterator[str]:
    """Do it, account by account, and yield a line about each for a person; needs an open connection.

    `keep_after_disconnect`: data of listeners who withdrew their consent stays, as whoever runs this has decided.
    """
    for account_id, username in unfinished_deletions():
        yield _delete(account_id, username, "deleted; that had been begun before")
    if not keep_after_disconnect:
        for account_id, username in withdrawn(now):
            if has_imports(account_id):
                yield _forget(account_id, username)
            else:
                yield _delete(account_id, username, "deleted, because the listener withdrew the consent on Spotify")
    drop_old_pictures(now)


def _delete(account_id: int, username: str, message: str) -> str:
    delete_account(account_id)
    audit.note("deleted", username)
    return f"{username}: {message}"


def _forget(account_id: int, username: str) -> str:
    with account_lock(account_id), import_lock(account_id), database.atomic():
        wait_for_lists_lock(account_id)
        wait_for_plays_lock(account_id)
        span = forget_api_data(account_id)
        if span:
            settle_plays(account_id, span.start, span.end)
        bump_data_version(account_id)
    plays = span.plays if span else 0
    audit.note("disconnected", username, plays=plays)
    return (
        f"{username}: {plays} plays that Spotify's API had told are deleted, because the listener withdrew the consent "
        "on Spotify; what was imported stays"
    )
