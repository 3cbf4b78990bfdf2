"""Record each run of a collector, for people, for the health check and to detect gaps."""

from dataclasses import dataclass

from db.engine.connection import row
from db.plays.plays import SavedPlays

# Only the holder of the collector's lock starts a run, so an older run that is still open belongs to a dead process.
START = """
    WITH left_open AS (
        UPDATE collection_run SET outcome = 'interrupted', finished_at = now()
        WHERE account_id = %(account)s AND collector = %(collector)s AND outcome = 'running'
    )
    INSERT INTO collection_run (account_id, collector) VALUES (%(account)s, %(collector)s) RETURNING id
"""
FINISH = """
    UPDATE collection_run SET finished_at = now(), outcome = %s, message = %s,
        plays_new = %s, plays_known = %s, gap_start = %s, gap_end = %s
    WHERE account_id = %s AND id = %s RETURNING id
"""

# Whether every run of the last day has ended with a temporary failure.
LASTING = """
    SELECT min(started_at) < now() - interval '1 day' FROM collection_run
    WHERE account_id = %(account)s AND outcome = 'try_later' AND id > coalesce(
        (SELECT max(id) FROM collection_run WHERE account_id = %(account)s AND outcome = 'collected'), 0)
"""


@dataclass(frozen=True, slots=True)
class Run:
    account_id: int
    id: int


def start_run(account_id: int, collector: str) -> Run:
    """Needs the collector's lock for this account (db/engine/locks.py)."""
    (run_id,) = row(START, account=account_id, collector=collector) or (0,)
    return Run(account_id, run_id)


def trouble_lasts(account_id: int) -> bool:
    """Whether collecting has failed for a day with failures that usually pass within hours."""
    return row(LASTING, account=account_id) == (True,)


def finish_run(run: Run, outcome: str, message: str, saved: SavedPlays | None = None) -> None:
    """Record the run's outcome in the transaction that stores its plays, so that both are stored or neither."""
    new, stored_before = (saved.new, saved.known) if saved else (0, 0)
    gap = (saved.gap.start, saved.gap.end) if saved and saved.gap else (None, None)
    row(FINISH, outcome, message, new, stored_before, *gap, run.account_id, run.id)
