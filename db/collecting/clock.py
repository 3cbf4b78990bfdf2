"""How far this machine's clock is ahead of Spotify's, as the latest poll measured it: for monitoring, and for pauses.

It is stored among the cached answers of services, because it is taken from one: Spotify's Date header.
"""

from datetime import datetime, timedelta

from psycopg2.extras import Json

from db.engine.connection import database, row

VALID = timedelta(days=1)  # clocks are adjusted, and machines replaced
NOTE = """
    INSERT INTO provider_cache (question, key, service, payload, fetched_at, expires_at)
    VALUES ('clock', 'ahead', 'spotify', %s, %s, %s)
    ON CONFLICT (question, key, service)
    DO UPDATE SET payload = excluded.payload, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
"""
AHEAD = """
    SELECT payload::text::double precision FROM provider_cache
    WHERE (question, key, service) = ('clock', 'ahead', 'spotify') AND expires_at > %s
"""


def note_clock(ahead: timedelta, now: datetime) -> None:
    """Store it; `now` is this machine's time. Not in a longer transaction: all accounts' polls write the same row."""
    database.execute_sql(NOTE, (Json(ahead.total_seconds()), now, now + VALID))


def clock_ahead(now: datetime) -> timedelta | None:
    """How far the clock is ahead; None if no poll has measured it for a day; zero if it is too little to measure."""
    (seconds,) = row(AHEAD, now) or (None,)
    return None if seconds is None else timedelta(seconds=seconds)
