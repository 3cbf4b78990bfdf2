"""What was heard on a day of the year in the years before."""

from calendar import isleap
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from db.connection import rows
from db.same_recording import OWN_TRACK
from insights.days import local_date
from insights.scope import Scope, heard_between
from insights.songs import NAME, SHOWN
from insights.sources import each_local_play
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track

TOP = 5
ONE_DAY = timedelta(days=1)
# Reads nothing but those days: the stretches of each_local_play are the days themselves, each a range of the index.
HEARD = f"""
    WITH heard AS MATERIALIZED (
        SELECT year, track_id, count(*) AS plays, sum(ms) AS ms, min(played_at) AS first_played_at
        FROM ({each_local_play()}) each_play
        JOIN unnest(%(calendar_years)s::int[], %(since)s::timestamptz[], %(until)s::timestamptz[])
            AS day (year, since, until) ON played_at >= since AND played_at < until
        GROUP BY year, track_id
    ), song AS (
        SELECT year, own.song_id, {NAME} AS name, sum(plays)::bigint AS plays, sum(ms)::bigint AS ms,
               {SHOWN} AS track_id, min(first_played_at) AS first_played_at
        FROM heard {OWN_TRACK} JOIN track ON track.id = heard.track_id GROUP BY 1, 2
    ), ranked AS (
        SELECT year, track_id, plays, ms,
               row_number() OVER (PARTITION BY year ORDER BY plays DESC, ms DESC, name, song_id) AS rank,
               (sum(plays) OVER of_year)::bigint AS all_plays, (sum(ms) OVER of_year)::bigint AS all_ms,
               min(first_played_at) OVER of_year AS first_played_at
        FROM song WINDOW of_year AS (PARTITION BY year)
    )
    SELECT year, all_plays, all_ms, first_played_at, ranked.track_id, plays, ms, {COLUMNS}
    FROM ranked JOIN track ON track.id = ranked.track_id {JOINS}
    WHERE rank <= {TOP} ORDER BY year DESC, rank
"""


@dataclass(frozen=True, slots=True)
class HeardTrack:
    """A track, and how often and for how many milliseconds it was heard on the day."""

    id: int
    track: KnownTrack
    plays: int
    ms_played: int


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """What was heard on the day in one year; `tracks` are the TOP by plays, of equals the longest heard, then the one
    whose name comes first.
    """

    year: int
    plays: int
    ms_played: int
    first_played_at: datetime
    tracks: tuple[HeardTrack, ...]


def on_this_day(scope: Scope, day: date) -> list[DayOfYear]:
    """The years before that of `day` in which something was heard on it, the newest first. One query, and one for the
    bounds.
    """
    known = heard_between(scope)
    days = _earlier(day, *(local_date(scope.zones, instant) for instant in known)) if known else []
    bounds = [tuple(scope.zones.start_of(end).astimezone(UTC) for end in (each, each + ONE_DAY)) for each in days]
    found = rows(
        HEARD,
        **scope.values(),
        calendar_years=[each.year for each in days],
        since=[start for start, _ in bounds],
        until=[end for _, end in bounds],
        ahead=[timedelta(0)] * len(days),
    )
    return [_day_of_year(list(of_year)) for _, of_year in groupby(found, key=lambda columns: columns[0])]


def _earlier(day: date, first: date, last: date) -> list[date]:
    """The same day of earlier years, from the first to the last that plays are known of."""
    years = range(first.year - 1, min(day.year, last.year + 2))  # a date may come twice to who moves west
    return [day.replace(year=year) for year in years if (day.month, day.day) != (2, 29) or isleap(year)]


def _day_of_year(found: list[tuple[Any, ...]]) -> DayOfYear:
    year, plays, ms, first_played_at = found[0][:4]
    return DayOfYear(year, plays, ms, first_played_at, tuple(_heard_track(*columns[4:]) for columns in found))


def _heard_track(track_id: int, plays: int, ms: int, *track: Any) -> HeardTrack:
    return HeardTrack(track_id, known_track(*track), plays, ms)
