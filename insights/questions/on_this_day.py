"""/on-this-day/<username>: what was played on a day of the year in the years before."""

from calendar import isleap
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Annotated

from msgspec import Meta

from db.engine.records import records
from db.library.same_recording import OWN_TRACK
from insights.answers.parameters import BadParameter
from insights.answers.periods import ALL, DAY
from insights.answers.values import Id, Moment, Part, moment, says
from insights.items.songs import NAME, SHOWN
from insights.plays.scope import Scope, heard_between
from insights.plays.sources import each_local_play
from insights.plays.tracks import COLUMNS, JOINS, TrackColumns
from insights.question import COUNTING, PERIOD, Question
from insights.shown.music import Track, shown_track
from people.days import Zones, local_date

A_DAY = "must be a day here: today, or a date such as 2026-11-20"
Plays = Annotated[int, Meta(ge=0)]
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


class DayTrackRecord(TrackColumns, frozen=True):
    """A track of the day in one year; `all_plays`, `all_ms` and `first_played_at` are of all tracks of that day."""

    year: int
    all_plays: int
    all_ms: int
    first_played_at: datetime
    track_id: int
    plays: int
    ms: int


class DayTrack(Part, frozen=True):
    id: Id
    track: Track
    plays: Plays
    ms_played: Plays


class DayOfYear(Part, frozen=True):
    year: int
    plays: Plays
    ms_played: Plays
    first_played_at: Annotated[Moment, says("When the first play of the day ended.")]
    tracks: Annotated[
        tuple[DayTrack, ...],
        says("Up to five: those with the most plays, then those with the longest listening time, then by name."),
    ]


class OnThisDay(Part, frozen=True):
    date: date
    years: tuple[DayOfYear, ...]


def on_this_day(scope: Scope) -> OnThisDay:
    """What you played on this day in earlier years.

    What you played on the same day and month of each earlier year, by your own calendar, the newest year first. Years
    without plays on that day are left out, and 29 February exists in leap years only. The same recording under several
    ids counts as one, shown as the track that you played most that day. The period must be a single day; the default
    is today where you live.
    """
    name = scope.period.name or ""
    if name != "today" and not DAY.fullmatch(name):
        raise BadParameter("period", A_DAY)
    day = local_date(scope.zones, scope.period.start)
    return OnThisDay(day, tuple(earlier_years(replace(scope, period=ALL), day)))


def day_bounds(zones: Zones, day: date) -> tuple[datetime, datetime]:
    """When a day of the listener's calendar begins and ends."""
    return zones.start_of(day).astimezone(UTC), zones.start_of(day + ONE_DAY).astimezone(UTC)


def earlier_years(scope: Scope, day: date) -> list[DayOfYear]:
    """The years before that of `day` with plays on it, the newest first. One query, and one for the bounds."""
    heard = heard_between(scope)
    days = _earlier(day, *(local_date(scope.zones, instant) for instant in heard)) if heard else []
    bounds = [day_bounds(scope.zones, each) for each in days]
    values = scope.values() | {
        "calendar_years": [each.year for each in days],
        "since": [start for start, _ in bounds],
        "until": [end for _, end in bounds],
        "ahead": [timedelta(0)] * len(days),
    }
    tracks = records(DayTrackRecord, HEARD, values)
    return [_day_of_year(list(of_year)) for _, of_year in groupby(tracks, key=lambda track: track.year)]


def _earlier(day: date, first: date, last: date) -> list[date]:
    """The same day in earlier years, from just before the first play to just after the last."""
    years = range(first.year - 1, min(day.year, last.year + 2))  # moving west can repeat a date
    return [day.replace(year=year) for year in years if (day.month, day.day) != (2, 29) or isleap(year)]


def _day_of_year(tracks: Sequence[DayTrackRecord]) -> DayOfYear:
    day = tracks[0]
    return DayOfYear(day.year, day.all_plays, day.all_ms, moment(day.first_played_at), tuple(map(_track, tracks)))


def _track(track: DayTrackRecord) -> DayTrack:
    return DayTrack(track.track_id, shown_track(track.known_track()), track.plays, track.ms)


QUESTION = Question(
    "on-this-day",
    on_this_day,
    takes=PERIOD + COUNTING,
    default_period="today",
    old_names={"date": "period"},
    for_period_links=False,
    page="On this day",
)
