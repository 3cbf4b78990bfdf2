"""Brings an account's library up to date after a test has inserted plays and tracks directly."""

from datetime import UTC, datetime, timedelta

from db.engine.connection import connected, database, row, rows
from db.library.contents import refresh_library
from tests.web import seed

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def refresh(*account_ids: int) -> None:
    """Refresh the libraries of these accounts, or of all."""
    with connected():
        for account_id in account_ids or [key for (key,) in rows("SELECT id FROM account ORDER BY id")]:
            with database.atomic():
                refresh_library(account_id)


def hear(account_id: int, *track_ids: int) -> None:
    """Add a play of each track that the account has not played yet, after all its other plays."""
    for track_id in track_ids:
        if row("SELECT FROM play WHERE account_id = %s AND track_id = %s", account_id, track_id) is None:
            (plays,) = row("SELECT count(*) FROM play WHERE account_id = %s", account_id) or (0,)
            seed.play(account_id, track_id, NOON + timedelta(hours=plays))
        else:
            seed.learn(account_id, track_id)
