"""Rate limits: attempts within the last minute, counted by all processes together."""

from db.engine.connection import database, row

RECENT = "unnest(known.times) AS tried(at) WHERE tried.at > statement_timestamp() - interval '1 minute'"
COUNT = f"""
    INSERT INTO attempt AS known (key, times) VALUES (%(key)s, ARRAY[statement_timestamp()])
    ON CONFLICT (key) DO UPDATE SET times = statement_timestamp() || ARRAY(SELECT tried.at FROM {RECENT})
    WHERE (SELECT count(*) FROM {RECENT}) < %(most)s
    RETURNING true
"""
WAIT = f"""
    SELECT extract(epoch FROM min(tried.at) + interval '1 minute' - statement_timestamp())::float
    FROM attempt AS known, {RECENT} AND known.key = %s
"""
OVER = """
    DELETE FROM attempt WHERE key IN (
        SELECT key FROM attempt WHERE times[1] < now() - interval '1 minute' FOR UPDATE SKIP LOCKED)
"""


def count_attempt(key: bytes, most: int) -> float | None:
    """Count an attempt if there were fewer than `most` within a minute; else return the seconds to wait.

    Needs an open connection and no transaction: others with the same key would wait for its end.
    """
    if row(COUNT, key=key, most=most):
        return None
    (seconds,) = row(WAIT, key) or (None,)
    return seconds or 0.0


def forget_old_attempts() -> None:
    database.execute_sql(OVER)
