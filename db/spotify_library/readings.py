"""Store which listeners want their playlists and library read, when that is due, and the result."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from db.engine.connection import database, rows
from db.engine.records import record

STATE = """
    SELECT library_reading.account_id IS NOT NULL AS wanted, read_at, problem, account.scopes,
        EXISTS (SELECT 1 FROM listener_playlist WHERE account_id = %(account)s) AS has_playlists
    FROM account LEFT JOIN library_reading ON account_id = account.id WHERE account.id = %(account)s
"""
LONGEST_WAIT = timedelta(days=2)  # what is due later was decided before the machine's clock was set back
READING = "SELECT due_at, checked_at, totals FROM library_reading WHERE account_id = %s"
WANT = "INSERT INTO library_reading (account_id) VALUES (%s) ON CONFLICT DO NOTHING"
WANTING = "SELECT account_id FROM library_reading"
DUE = """
    SELECT account_id FROM library_reading WHERE due_at IS NULL OR due_at <= %(now)s OR due_at > %(latest)s
    ORDER BY due_at NULLS FIRST, account_id
"""
PUT_OFF = "UPDATE library_reading SET due_at = %s, problem = %s WHERE account_id = %s"
FINISHED = """
    UPDATE library_reading SET due_at = %(due_at)s, read_at = %(now)s, problem = '', totals = %(totals)s,
        checked_at = CASE WHEN %(is_whole)s THEN %(now)s ELSE checked_at END
    WHERE account_id = %(account)s
"""
FORGET = (
    *(
        f"DELETE FROM {table} WHERE account_id = %s"
        for table in ("library_reading", "listener_playlist", "listed_song", "library_item")
    ),
    "UPDATE account SET library_shown = false WHERE id = %s",
)
SHOW = "UPDATE account SET library_shown = %s WHERE id = %s"


class LibraryState(msgspec.Struct, frozen=True):
    """`problem` is why the latest reading failed; empty if it did not. `scopes` are those that Spotify granted,
    separated by spaces; empty if it named none.
    """

    wanted: bool
    read_at: datetime | None
    problem: str
    scopes: str
    has_playlists: bool


class Reading(msgspec.Struct, frozen=True):
    """When the next reading is due (None: at once), and when the whole library was last read.

    `totals` says how many of each kind Spotify listed then.
    """

    due_at: datetime | None
    checked_at: datetime | None
    totals: Mapping[str, int]

    def is_due(self, now: datetime) -> bool:
        """The same as for `accounts_due`."""
        return self.due_at is None or not now < self.due_at <= now + LONGEST_WAIT

    def was_whole_within(self, wait: timedelta, now: datetime) -> bool:
        """Whether the whole library was read at most this long ago."""
        return self.checked_at is not None and now - wait < self.checked_at <= now


def library_state(account_id: int) -> LibraryState:
    state = record(LibraryState, STATE, {"account": account_id})
    return state or LibraryState(wanted=False, read_at=None, problem="", scopes="", has_playlists=False)


def reading_of(account_id: int) -> Reading | None:
    """The account's reading; None for a listener who does not want any."""
    return record(Reading, READING, (account_id,))


def want_library(account_id: int) -> None:
    """Read the library from now on, if that is not wanted already."""
    database.execute_sql(WANT, (account_id,))


def accounts_due(now: datetime) -> list[int]:
    """The accounts whose reading is due, the longest overdue first."""
    return [account_id for (account_id,) in rows(DUE, now=now, latest=now + LONGEST_WAIT)]


def put_off(account_id: int, until: datetime, problem: str = "") -> None:
    database.execute_sql(PUT_OFF, (until, problem, account_id))


def finish_reading(
    account_id: int, now: datetime, due_at: datetime, totals: Mapping[str, int], *, is_whole: bool
) -> None:
    """Store the result of a reading. `is_whole`: every part of the library was read, changed or not."""
    values = {"account": account_id, "now": now, "due_at": due_at, "totals": json.dumps(totals), "is_whole": is_whole}
    database.execute_sql(FINISHED, values)


def show_library(account_id: int, *, shown: bool) -> None:
    """Whether others who may read the account see its library. Runs in the caller's transaction."""
    database.execute_sql(SHOW, (shown, account_id))


def forget_library(account_id: int) -> None:
    """Stop reading, and delete what was read: the next library is private. Runs in the caller's transaction."""
    for statement in FORGET:
        database.execute_sql(statement, (account_id,))
