"""Test data: regular listening, runs of the collector, and coverage of exports."""

from datetime import UTC, datetime, timedelta

from db.engine.connection import connected, row, rows
from tests.web import seed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REGULAR = """
    INSERT INTO play (account_id, track_id, played_at, source, collected, digest)
    SELECT %s, %s, at, 'recent', true, 1
    FROM generate_series(%s::timestamptz, %s::timestamptz - interval '1 second', %s) AS at RETURNING 1
"""


def november(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def a_track() -> int:
    with connected():
        result = row("SELECT min(id) FROM track") or (None,)
    return result[0] or seed.track(duration_ms=200_000)


def listens(account: int, start: datetime, end: datetime, every: timedelta = HOUR) -> None:
    """Collected plays that end at `start` and then regularly until just before `end`."""
    track = a_track()
    with connected():
        rows(REGULAR, account, track, start, end, every)
    seed.learn(account, track)


def collects(account: int, finished: datetime, outcome: str = "collected", **columns: object) -> None:
    """A run of the collector."""
    columns = {"collector": "recent", "started_at": finished, "finished_at": finished, "outcome": outcome} | columns
    seed.insert("collection_run", account_id=account, **columns)


def misses(account: int, start: datetime, end: datetime) -> None:
    """A run whose page was full of new plays only."""
    collects(account, end + HOUR, gap_start=start, gap_end=end)


ALWAYS = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def imports(account: int, *covers: tuple[datetime, datetime]) -> None:
    """An import of one export that covers these times; use ALWAYS if a test is not about gaps."""
    with connected():
        (import_id,) = row("INSERT INTO import (account_id) VALUES (%s) RETURNING id", account) or (0,)
    ranges = "{" + ",".join(f"[{start.isoformat()},{end.isoformat()})" for start, end in covers) + "}"
    seed.insert("import_export", account_id=account, import_id=import_id, export_no=1, plays="{}", covers=ranges)
