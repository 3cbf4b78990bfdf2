"""How an account's plays are collected, and when its listener has paused that."""

from datetime import datetime
from typing import Literal, get_args

import msgspec

from db.engine.connection import database, row
from db.engine.records import record, records
from db.people.accounts import bump_data_version
from db.people.collecting_soon import collect_soon

Collecting = Literal["on", "paused"]
ScanMode = Literal["recent", "hybrid", "live"]
COLLECTING: tuple[Collecting, ...] = get_args(Collecting)
SCAN_MODES: tuple[ScanMode, ...] = get_args(ScanMode)
CHOICE = """
    SELECT scan_mode AS mode, scopes,
        (SELECT since FROM collecting_pause WHERE account_id = %(account)s AND until IS NULL) AS paused_since
    FROM account WHERE id = %(account)s
"""
CHOOSE = "UPDATE account SET scan_mode = %s WHERE id = %s AND scan_mode <> %s RETURNING id"
# What was heard until now is kept. What the player shows from now on is unknown, so it is polled as soon as wanted.
UNWATCH = "UPDATE live_watch SET next_at = '2000-01-01Z', problem = '' WHERE account_id = %s"
PAUSE = """
    INSERT INTO collecting_pause (account_id, since) VALUES (%s, %s)
    ON CONFLICT (account_id) WHERE until IS NULL DO NOTHING RETURNING since
"""
RESUME = """
    UPDATE collecting_pause SET until = greatest(since, %s) WHERE account_id = %s AND until IS NULL RETURNING since
"""
PAUSES = "SELECT since, until FROM collecting_pause WHERE account_id = %s AND until IS NOT NULL ORDER BY since"
NOT_OVER = "9999-12-31Z"
ALL_PAUSES = f"SELECT since, coalesce(until, '{NOT_OVER}') AS until FROM collecting_pause WHERE account_id = %s"
FORGET_ANNOUNCED = "DELETE FROM announced_track WHERE account_id = %s"


class Scanning(msgspec.Struct, frozen=True):
    """`scopes` are those that Spotify's consent covers; `paused_since` is None unless collecting is paused."""

    mode: ScanMode
    scopes: str
    paused_since: datetime | None


class Pause(msgspec.Struct, frozen=True):
    """A time for which the listener wanted nothing collected."""

    since: datetime
    until: datetime

    def covers(self, played_at: datetime) -> bool:
        return self.since < played_at <= self.until


def scanning_of(account_id: int) -> Scanning:
    return record(Scanning, CHOICE, {"account": account_id}) or Scanning("recent", "", None)


def set_scan_mode(account_id: int, mode: str) -> bool:
    """Choose the scan mode; returns whether it was another one before."""
    with database.atomic():
        changed = row(CHOOSE, mode, account_id, mode) is not None
        if changed:
            database.execute_sql(UNWATCH, (account_id,))
    return changed


def pause(account_id: int, now: datetime) -> bool:
    """Collect nothing from `now` (on Spotify's clock, like plays) on; returns whether collecting was on before."""
    with database.atomic():
        changed = row(PAUSE, account_id, now) is not None
        if changed:
            database.execute_sql(UNWATCH, (account_id,))
            database.execute_sql(FORGET_ANNOUNCED, (account_id,))
            bump_data_version(account_id)
    return changed


def resume(account_id: int, now: datetime) -> bool:
    """Collect again; returns whether collecting was paused before."""
    with database.atomic():
        changed = row(RESUME, now, account_id) is not None
        if changed:
            collect_soon(account_id)
            bump_data_version(account_id)
    return changed


def pauses_of(account_id: int) -> list[Pause]:
    """The pauses that are over, the earliest first; what was heard during one of them is never collected."""
    return records(Pause, PAUSES, (account_id,))


def all_pauses_of(account_id: int) -> list[Pause]:
    """All pauses, including one that has not ended."""
    return records(Pause, ALL_PAUSES, (account_id,))
