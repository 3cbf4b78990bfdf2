"""Forgotten: tracks that were heard often, and not for months."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from db.connection import rows
from insights.days import Zones
from insights.local_time import clock_values
from insights.periods import BEGINNING
from insights.scope import Scope
from insights.shifts import FIRST
from insights.songs import heard_tracks, shown_as, songs
from insights.sources import each_play_of_tracks
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track

# A song stands in the list as its track that was heard most.
SPAN = ", min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at, count(*) OVER () AS total"
FORGOTTEN = f"""
    WITH heard AS MATERIALIZED ({heard_tracks()}), forgotten AS (
        {songs("heard", SPAN)}
        HAVING sum(plays) >= %(min_plays)s AND max(last_played_at) < %(unheard_since)s
        ORDER BY plays DESC, ms DESC, name, song_id LIMIT %(limit)s
    ), shown AS ({shown_as("forgotten")}), versions AS (
        SELECT song_id, array_agg(track_id) AS track_ids FROM heard
        WHERE song_id IN (SELECT song_id FROM forgotten) GROUP BY song_id
    )
    SELECT total, shown.track_id, track_ids, plays, ms, first_played_at, last_played_at, {COLUMNS}
    FROM forgotten JOIN shown USING (song_id) JOIN versions USING (song_id)
    JOIN track ON track.id = shown.track_id {JOINS} ORDER BY plays DESC, ms DESC, forgotten.name, forgotten.song_id
"""
PEAKS = f"""
    WITH listed AS (SELECT * FROM unnest(%(listed)s::bigint[], %(shown)s::bigint[]) AS listed (track_id, shown))
    SELECT DISTINCT ON (shown) shown, month::date, plays
    FROM (
        SELECT shown, date_trunc('month', local) AS month, count(*) AS plays, sum(ms) AS ms
        FROM ({each_play_of_tracks()}) heard JOIN listed USING (track_id) GROUP BY 1, 2
    ) monthly ORDER BY shown, plays DESC, ms DESC, month
"""


@dataclass(frozen=True, slots=True)
class Peak:
    """The month of the listener's calendar, by its first day, in which a track was heard most, and its plays then."""

    month: date
    plays: int


@dataclass(frozen=True, slots=True)
class ForgottenTrack:
    """`plays` and `ms_played` (milliseconds) are those of the period."""

    rank: int
    id: int
    track: KnownTrack
    plays: int
    ms_played: int
    first_played_at: datetime
    last_played_at: datetime
    peak: Peak


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was not heard from `unheard_since` on; `total` is how many there are in all."""

    unheard_since: datetime
    total: int
    tracks: tuple[ForgottenTrack, ...]


def forgotten(scope: Scope, now: datetime, months: int, min_plays: int, limit: int) -> Forgotten:
    """The first `limit` of those with `min_plays` plays or more in the period that were not heard in its last `months`,
    by plays, then by time; a period that still runs ends now. Two queries, and one for the bounds.
    """
    since = months_before(min(scope.period.end, now), months, scope.zones)
    found = rows(FORGOTTEN, **scope.values(), min_plays=min_plays, unheard_since=since, limit=limit)
    peaks = _peaks(scope, found) if found else {}
    tracks = tuple(_track(rank, columns, peaks) for rank, columns in enumerate(found, 1))
    return Forgotten(since, found[0][0] if found else 0, tracks)


def months_before(instant: datetime, months: int, zones: Zones) -> datetime:
    """The same day and time of day of the listener's calendar, so many months earlier; where that month is too short
    for the day, its last one. Before 1970 nothing was heard: the beginning of time.
    """
    if instant < FIRST:
        return BEGINNING
    local = instant.astimezone(ZoneInfo(zones.at(instant)))
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def _peaks(scope: Scope, found: list[tuple[Any, ...]]) -> dict[int, Peak]:
    listed = [(track_id, shown) for _, shown, track_ids, *_ in found for track_id in track_ids]
    values = {"listed": [track_id for track_id, _ in listed], "shown": [shown for _, shown in listed]}
    of_them = replace(scope, track_ids=tuple(values["listed"]))
    found_peaks = rows(PEAKS, **of_them.local_values(), **clock_values(scope), **values)
    return {track_id: Peak(*peak) for track_id, *peak in found_peaks}


def _track(rank: int, columns: tuple[Any, ...], peaks: dict[int, Peak]) -> ForgottenTrack:
    _, track_id, _, plays, ms, first, last, *track = columns
    return ForgottenTrack(rank, track_id, known_track(*track), plays, ms, first, last, peaks[track_id])
