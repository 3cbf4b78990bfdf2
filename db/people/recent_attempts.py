"""Rate limits: attempts within the last minute, counted by all processes together."""

from dataclasses import dataclass

from msgspec import Struct

from db.engine.connection import database, row
from db.engine.records import record

RECENT = "unnest(known.times) AS tried(at) WHERE tried.at > statement_timestamp() - interval '1 minute'"
COUNT = f"""
    INSERT INTO attempt AS known (key, times) VALUES (%(key)s, ARRAY[statement_timestamp()])
    ON CONFLICT (key) DO UPDATE SET times = statement_timestamp() || ARRAY(SELECT tried.at FROM {RECENT})
    WHERE (SELECT count(*) FROM {RECENT}) < %(most)s
    RETURNING cardinality(known.times) AS number,
        extract(epoch FROM known.times[cardinality(known.times)] + interval '1 minute' - statement_timestamp())::float
        AS seconds
"""
WAIT = f"""
    SELECT extract(epoch FROM min(tried.at) + interval '1 minute' - statement_timestamp())::float
    FROM attempt AS known, {RECENT} AND known.key = %s
"""
OVER = """
    DELETE FROM attempt WHERE key IN (
        SELECT key FROM attempt WHERE times[1] < now() - interval '1 minute' FOR UPDATE SKIP LOCKED)
"""


class _Counted(Struct, frozen=True):
    """The number of attempts in the last minute, and the seconds until the earliest of them no longer counts."""

    number: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whether it was counted, how many more are allowed now, and the seconds until one more is allowed."""

    is_counted: bool
    left: int
    seconds: float


def count_attempt(key: bytes, most: int) -> Attempt:
    """Count one more attempt, if there were fewer than `most` in the last minute, in one statement.

    Needs an open connection and no transaction: others with the same key would wait for its end.
    """
    if counted := record(_Counted, COUNT, {"key": key, "most": most}):
        return Attempt(True, most - counted.number, counted.seconds)
    (seconds,) = row(WAIT, key) or (None,)
    return Attempt(False, 0, seconds or 0.0)


def forget_old_attempts() -> None:
    database.execute_sql(OVER)
