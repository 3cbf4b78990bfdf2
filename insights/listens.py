"""Plays in the order in which they began, as ListenBrainz counts them: page by page, between two seconds."""

from dataclasses import dataclass

from msgspec import Struct

from db.engine.records import record, records
from insights.plays.tracks import COLUMNS, JOINS, TrackColumns

FIRST_SECOND, LAST_SECOND = -1, 253_402_300_800  # all that can be asked for lies between
MOST_IN_A_SECOND = 1000  # by which a page may be longer
# If its source does not know when a play began: when it ended, minus how long it was heard, or else its length.
# Never more than a day before the end, even if clocks were wrong, so that the index by the end finds it.
BEGAN = """
    floor(extract(epoch FROM greatest(played_at - interval '1 day', coalesce(started_at,
        played_at - coalesce(ms_played, duration_ms, 0) * interval '1 ms'))))::bigint
"""
# What counts as a play for every statistic.
LISTENS = f"""
    SELECT began, played_at, place, track_id, ms_played FROM (
        SELECT {BEGAN} AS began, played_at, place, track_id, ms_played
        FROM counted_play LEFT JOIN account_track USING (account_id, track_id)
        WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND (ms_played IS NULL OR ms_played >= 30000)
          AND {{within}}
    ) listen WHERE began > %(after)s AND began < %(before)s
"""
AROUND = """
    played_at >= to_timestamp(%(after)s) AND played_at < to_timestamp(%(before)s) + interval '1 day'
"""
# The plays that ended last are nearly those that began last. The earliest beginning among them is a bound: whatever
# began later than that ended later, too.
NEWEST = f"""
    WITH bound AS (
        SELECT min(began) AS began FROM ({LISTENS.format(within=AROUND)} ORDER BY played_at DESC LIMIT %(limit)s) last
    )
    {LISTENS.format(within=f"{AROUND} AND played_at >= (SELECT to_timestamp(began) FROM bound)")}
    ORDER BY began DESC FETCH FIRST %(limit)s ROWS WITH TIES
"""
# The other way round: what began no later than the latest beginning among the first ended at most a day after it.
OLDEST = f"""
    WITH bound AS (
        SELECT max(began) AS began FROM ({LISTENS.format(within=AROUND)} ORDER BY played_at LIMIT %(limit)s) first
    )
    {LISTENS.format(within=f"{AROUND} AND played_at <= (SELECT to_timestamp(began + 1) + interval '1 day' FROM bound)")}
    ORDER BY began FETCH FIRST %(limit)s ROWS WITH TIES
"""
# OFFSET 0: see insights/history/pages.py.
WITH_TRACKS = f"""
    SELECT listen.began, listen.ms_played, known.*
    FROM (SELECT * FROM ({{listens}}) page LIMIT %(most)s) listen CROSS JOIN LATERAL (
        SELECT {COLUMNS}, coalesce(own.isrc, track.isrc) AS isrc FROM track {JOINS}
        WHERE track.id = listen.track_id OFFSET 0
    ) known
    ORDER BY listen.began DESC, listen.place DESC
"""
BOUNDS = f"""
    SELECT (SELECT max(began) FROM ({NEWEST}) newest) AS latest, (SELECT min(began) FROM ({OLDEST}) oldest) AS oldest
"""
LATEST_SUBMITTED = """
    SELECT floor(extract(epoch FROM started_at))::bigint AS began FROM play
    WHERE account_id = %(account_id)s AND source = ANY(ARRAY['listenbrainz', 'scrobble']) AND source <> 'extended'
        AND collected AND (%(for_listener)s OR superseded_by IS NULL AND excluded_by IS NULL)
    ORDER BY played_at DESC LIMIT 1
"""


class Listen(TrackColumns, frozen=True):
    """`began` is in seconds since 1970. `ms_played` is None if its source does not know it."""

    began: int
    ms_played: int | None
    isrc: str | None


class _Bounds(Struct, frozen=True):
    latest: int | None
    oldest: int | None


class _Began(Struct, frozen=True):
    began: int


@dataclass(frozen=True, slots=True)
class ListensPage:
    """Some listens, the newest first. `latest` and `oldest` are those of the whole account, 0 if there is none."""

    listens: list[Listen]
    latest: int
    oldest: int


def listens_page(account_id: int, limit: int, after: int | None, before: int | None) -> ListensPage:
    """`limit` listens, or fewer if there are no more, between the second `after` and the second `before`.

    They are the newest of them; with `after` only, the oldest. A page goes on to the end of the second in which it
    ends, or whoever asks for the next page would miss the rest of that second.
    """
    oldest_first = before is None and after is not None
    values = _values(account_id, limit, after, before)
    listens = WITH_TRACKS.format(listens=OLDEST if oldest_first else NEWEST)
    bounds = record(_Bounds, BOUNDS, _values(account_id, 1, None, None)) or _Bounds(None, None)
    return ListensPage(records(Listen, listens, values), bounds.latest or 0, bounds.oldest or 0)


def _values(account_id: int, limit: int, after: int | None, before: int | None) -> dict[str, object]:
    return {
        "account_id": account_id,
        "limit": limit,
        "most": limit + MOST_IN_A_SECOND,
        "after": FIRST_SECOND if after is None else after,
        "before": LAST_SECOND if before is None else before,
    }


def latest_submitted(account_id: int, *, for_listener: bool) -> int:
    """When the last play that a player submitted began, in seconds since 1970; 0 if there is none.

    For others than the listener, only plays that count are looked at, so none that a rule hides.
    """
    last = record(_Began, LATEST_SUBMITTED, {"account_id": account_id, "for_listener": for_listener})
    return last.began if last else 0
