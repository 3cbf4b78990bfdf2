"""How much of each account's listening is known, as the latest run of enrichment measured it."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from db.engine.connection import database
from db.engine.records import record, records

# `is_pending`: a lookup that is still due could find the genre; `hit_rate` is how often such lookups are expected to.
MEASURE = """
    INSERT INTO enrichment_progress AS known (
        account_id, measured_at, plays, with_genre, with_year, with_origin, with_sound, expected, minutes)
    SELECT account_id, %(now)s, sum(plays), coalesce(sum(plays) FILTER (WHERE has_genre), 0),
        coalesce(sum(plays) FILTER (WHERE has_year), 0), coalesce(sum(plays) FILTER (WHERE has_origin), 0),
        coalesce(sum(plays) FILTER (WHERE has_sound), 0),
        (coalesce(sum(plays) FILTER (WHERE has_genre), 0)
            + %(hit_rate)s * coalesce(sum(plays) FILTER (WHERE is_pending AND NOT has_genre), 0)) / sum(plays),
        %(minutes)s
    FROM (
        SELECT account_id, plays,
            EXISTS (SELECT FROM track_genre WHERE track_genre.track_id = counted.track_id) AS has_genre,
            EXISTS (SELECT FROM track_year WHERE track_year.track_id = counted.track_id) AS has_year,
            EXISTS (SELECT FROM track_sound WHERE track_sound.track_id = counted.track_id) AS has_sound,
            EXISTS (SELECT FROM account_track JOIN artist_origin USING (artist_id)
                WHERE account_track.account_id = counted.account_id
                AND account_track.track_id = counted.track_id) AS has_origin,
            counted.track_id IN (
                SELECT track_id FROM heard_music WHERE artist_id = ANY(%(pending)s::bigint[])) AS is_pending
        FROM (
            SELECT account_id, track_id, count(*) AS plays FROM counted_play
            WHERE track_id IS NOT NULL AND (ms_played IS NULL OR ms_played >= 30000) GROUP BY account_id, track_id
        ) counted
    ) known GROUP BY account_id
    ON CONFLICT (account_id) DO UPDATE SET measured_at = excluded.measured_at, plays = excluded.plays,
        with_genre = excluded.with_genre, with_year = excluded.with_year, with_origin = excluded.with_origin,
        with_sound = excluded.with_sound, expected = excluded.expected, minutes = excluded.minutes
"""
OF_ACCOUNT = """
    SELECT account_id, measured_at, plays, with_genre, with_year, with_origin, with_sound, expected, minutes
    FROM enrichment_progress WHERE account_id = %s
"""
OF_ALL = """
    SELECT account_id, measured_at, plays, with_genre, with_year, with_origin, with_sound, expected, minutes
    FROM enrichment_progress ORDER BY account_id
"""


class AccountProgress(msgspec.Struct, frozen=True):
    """Plays of 30 seconds or more, and how many of them have which facts.

    `expected` is the share with a genre once the queue is done, after about `minutes` minutes of lookups; both are None
    if nothing is queued.
    """

    account_id: int
    measured_at: datetime
    plays: int
    with_genre: int
    with_year: int
    with_origin: int
    with_sound: int
    expected: float | None
    minutes: int | None


def measure_progress(now: datetime, pending: list[int], minutes: int | None, hit_rate: float) -> None:
    """Measure every account again; `pending` are artists still to be looked up. Needs the table of heard music."""
    values: Mapping[str, object] = {"now": now, "pending": pending, "minutes": minutes, "hit_rate": hit_rate}
    database.execute_sql(MEASURE, values)


def progress_of(account_id: int) -> AccountProgress | None:
    """The latest measurement; None before the first run after the account has plays."""
    return record(AccountProgress, OF_ACCOUNT, (account_id,))


def progress_of_all() -> list[AccountProgress]:
    return records(AccountProgress, OF_ALL)
