"""An account's plays of one track, artist or album, read once and summed by day and by track."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from msgspec import Struct

from db.engine.records import record
from insights.plays.local_time import clock_values
from insights.plays.scope import Scope
from insights.plays.sources import each_play_of_tracks

MOST_NEIGHBOURED = 500  # plays whose neighbours are looked up: each takes two index look-ups

OWN = f"""
    WITH own AS MATERIALIZED ({each_play_of_tracks()}),
    by_day AS (
        SELECT bin::date AS day, plays, ms, first, last FROM (
            SELECT date_bin('1 day', local, '2000-01-01 00:00+00') AS bin, count(*) AS plays, sum(ms)::bigint AS ms,
                   min(played_at) AS first, max(played_at) AS last
            FROM own GROUP BY 1) bins),
    by_track AS (SELECT track_id, count(*) AS plays, sum(ms)::bigint AS ms FROM own GROUP BY 1),
    newest AS (SELECT played_at, place, id FROM own ORDER BY played_at DESC, place DESC, id DESC LIMIT %(newest)s)
    SELECT (SELECT min(first) FROM by_day) AS first, (SELECT max(last) FROM by_day) AS last,
           ARRAY(SELECT day FROM by_day ORDER BY day) AS days,
           ARRAY(SELECT plays FROM by_day ORDER BY day) AS plays_of_days,
           ARRAY(SELECT ms FROM by_day ORDER BY day) AS ms_of_days,
           ARRAY(SELECT track_id FROM by_track ORDER BY track_id) AS tracks,
           ARRAY(SELECT plays FROM by_track ORDER BY track_id) AS plays_of_tracks,
           ARRAY(SELECT ms FROM by_track ORDER BY track_id) AS ms_of_tracks,
           ARRAY(SELECT played_at FROM newest ORDER BY played_at, place, id) AS newest_played_at,
           ARRAY(SELECT place FROM newest ORDER BY played_at, place, id) AS newest_places,
           ARRAY(SELECT id FROM newest ORDER BY played_at, place, id) AS newest_ids
"""


class DaySum(NamedTuple):
    """A day of the listener's own clock with plays."""

    day: date
    plays: int
    ms_played: int


class TrackSum(NamedTuple):
    track_id: int
    plays: int
    ms_played: int


class PlaceOfPlay(NamedTuple):
    played_at: datetime
    place: int
    id: int


class OwnPlays(Struct, frozen=True):
    """The lists of days, of tracks and of the newest plays are each in the same order."""

    first: datetime | None
    last: datetime | None
    days: list[date]
    plays_of_days: list[int]
    ms_of_days: list[int]
    tracks: list[int]
    plays_of_tracks: list[int]
    ms_of_tracks: list[int]
    newest_played_at: list[datetime]
    newest_places: list[int]
    newest_ids: list[int]


@dataclass(frozen=True, slots=True)
class ItemPlays:
    """`plays` and `ms_played` are of all days. `first` and `last` are when the first and last play ended, None without
    plays. `newest` has at most MOST_NEIGHBOURED plays. `best_day` is the one with the most plays, the
    first of equals.
    """

    plays: int
    ms_played: int

    first: datetime | None
    last: datetime | None
    days: tuple[DaySum, ...]
    tracks: tuple[TrackSum, ...]
    newest: tuple[PlaceOfPlay, ...]
    best_day: DaySum | None


def item_plays(scope: Scope) -> ItemPlays:
    """The plays of the scope's tracks; two queries."""
    own = record(OwnPlays, OWN, scope.local_values() | clock_values(scope) | {"newest": MOST_NEIGHBOURED})
    if own is None:
        raise AssertionError("the query always has a row")
    days = tuple(map(DaySum, own.days, own.plays_of_days, own.ms_of_days))
    most = max(own.plays_of_days, default=0)
    return ItemPlays(
        sum(own.plays_of_days),
        sum(own.ms_of_days),
        own.first,
        own.last,
        days,
        tuple(map(TrackSum, own.tracks, own.plays_of_tracks, own.ms_of_tracks)),
        tuple(map(PlaceOfPlay, own.newest_played_at, own.newest_places, own.newest_ids)),
        days[own.plays_of_days.index(most)] if days else None,
    )
