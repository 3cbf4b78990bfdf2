"""Delete an account: all access at once, and then everything else in one transaction.

Artists, albums and tracks that Spotify knows are shared by all accounts, and stay. Names that only this listener has
reported (of local files, and of tracks that exports only name) are deleted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from db.engine.changing import wait_to_be_alone
from db.engine.connection import database, row, rows
from db.engine.locks import (
    account_lock,
    import_lock,
    sums_lock,
    wait_for_lists_lock,
    wait_for_names_lock,
    wait_for_plays_lock,
)
from db.engine.records import records
from db.enrichment.forgetting import forget_private_music
from db.library.own_names import forget_names_of_nobody
from db.people.report_readers import forget_reader

AT_A_TIME = 50_000  # plays, between two reports of progress

CLOSE = """
    UPDATE account SET access_token = NULL, access_token_expires_at = NULL, refresh_token = NULL, scopes = '',
        visibility = 'private', disabled_at = least(disabled_at, now()),
        deletion_began_at = least(deletion_began_at, now())
    WHERE id = %s
"""
KEYS = ("web_session", "api_token", "share_link", "invitation", "former_username")
# These refer to other plays and no play refers to them, so once they are deleted, no play refers to another.
SUPERSEDED = "DELETE FROM play WHERE account_id = %s AND superseded_by IS NOT NULL"
LEFT = "SELECT count(*) FROM play WHERE account_id = %s"
NEXT = """
    SELECT max(id) FROM (SELECT id FROM play WHERE account_id = %s AND id > %s ORDER BY id LIMIT %s) plays
"""
PLAYS = "DELETE FROM play WHERE account_id = %s AND id > %s AND id <= %s"
ACCOUNT = "DELETE FROM account WHERE id = %s RETURNING app_id"
APP = """
    DELETE FROM spotify_app WHERE id = %s AND NOT EXISTS (SELECT FROM account WHERE app_id = spotify_app.id)
    RETURNING developer
"""
HAS_APPS = "SELECT 1 FROM spotify_app WHERE developer = %s LIMIT 1"
QUOTAS = "DELETE FROM {} WHERE developer = %s"
TRACKS = "SELECT track_id FROM account_track WHERE account_id = %s"
UNFINISHED = "SELECT id, username FROM account WHERE deletion_began_at IS NOT NULL ORDER BY id"

OnProgress = Callable[[float], None]


class InterruptedDeletion(msgspec.Struct, frozen=True):
    id: int
    username: str


def ignore_progress(_share: float) -> None:
    """For deletions that nobody watches."""


def delete_account(account_id: int, on_progress: OnProgress = ignore_progress) -> None:
    """Delete an account and everything that belongs to it; calls `on_progress` with the share that is done.

    Needs an open connection, and no transaction. It first locks everybody out, and then waits for an import or a
    collection of the account that is under way. If it is interrupted after the first step, the next call continues it,
    which happens within the hour (unfinished_deletions).
    """
    close_account(account_id)
    with _alone(account_id), database.atomic():
        wait_for_lists_lock(account_id)
        wait_for_plays_lock(account_id)
        tracks = [track_id for (track_id,) in rows(TRACKS, account_id)]
        for share in _delete_plays(account_id):
            on_progress(share)
        # Before any row that the holder of the recordings lock may write.
        wait_for_names_lock()
        wait_to_be_alone()
        for (app_id,) in rows(ACCOUNT, account_id):
            _delete_app(app_id)
        forget_names_of_nobody()
        forget_private_music(tracks)


def close_account(account_id: int) -> None:
    """Begin the deletion: delete tokens, sessions, links and the SQL role, and let nobody read the account."""
    with database.atomic():
        database.execute_sql(CLOSE, (account_id,))
        for table in KEYS:
            database.execute_sql(f"DELETE FROM {table} WHERE account_id = %s", (account_id,))
        forget_reader(account_id)


def unfinished_deletions() -> list[InterruptedDeletion]:
    """The accounts whose deletion has begun and not ended."""
    return records(InterruptedDeletion, UNFINISHED)


@contextmanager
def _alone(account_id: int) -> Iterator[None]:
    with account_lock(account_id), import_lock(account_id), sums_lock(account_id):
        yield


def _delete_plays(account_id: int) -> Iterator[float]:
    """Delete the plays; yields the share that is done."""
    database.execute_sql(SUPERSEDED, (account_id,))
    (count,) = row(LEFT, account_id) or (0,)
    done = last = 0
    while done < count:
        (upto,) = row(NEXT, account_id, last, AT_A_TIME) or (None,)
        done += database.execute_sql(PLAYS, (account_id, last, upto)).rowcount
        last = upto
        yield done / count


def _delete_app(app_id: int | None) -> None:
    """Delete an app with the last account that uses it, and its count of calls."""
    for (developer,) in rows(APP, app_id):
        # Asked first: on a cluster, the apps are on every node, but the quotas only on the coordinator.
        if row(HAS_APPS, developer) is None:
            for table in ("quota", "quota_hour"):
                database.execute_sql(QUOTAS.format(table), (developer,))
