"""An account's plays of one track, artist or album, read once and summed by day and by track."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from db.engine.connection import rows
from insights.plays.local_time import clock_values
from insights.plays.scope import Scope
from insights.plays.sources import each_play_of_tracks

MOST_NEIGHBOURED = 500  # plays whose neighbours are looked up: each takes two index look-ups

OWN = f"""
    WITH own AS MATERIALIZED ({each_play_of_tracks()}),
    by_day AS (SELECT local::date AS day, count(*) AS plays, sum(ms)::bigint AS ms FROM own GROUP BY 1),
    by_track AS (SELECT track_id, count(*) AS plays, sum(ms)::bigint AS ms FROM own GROUP BY 1),
    newest AS (SELECT played_at, place, id FROM own ORDER BY played_at DESC, place DESC, id DESC LIMIT %(newest)s)
    SELECT (SELECT min(played_at) FROM own), (SELECT max(played_at) FROM own),
           ARRAY(SELECT day FROM by_day ORDER BY day), ARRAY(SELECT plays FROM by_day ORDER BY day),
           ARRAY(SELECT ms FROM by_day ORDER BY day),
           ARRAY(SELECT track_id FROM by_track ORDER BY track_id), ARRAY(SELECT plays FROM by_track ORDER BY track_id),
           ARRAY(SELECT ms FROM by_track ORDER BY track_id),
           ARRAY(SELECT played_at FROM newest ORDER BY played_at, place, id),
           ARRAY(SELECT place FROM newest ORDER BY played_at, place, id),
           ARRAY(SELECT id FROM newest ORDER BY played_at, place, id)
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


@dataclass(frozen=True, slots=True)
class ItemPlays:
    """`first` and `last` are when the first and last play ended, None without plays. `newest` has at most
    MOST_NEIGHBOURED plays.
    """

    first: datetime | None
    last: datetime | None
    days: tuple[DaySum, ...]
    tracks: tuple[TrackSum, ...]
    newest: tuple[PlaceOfPlay, ...]

    @property
    def plays(self) -> int:
        return sum(day.plays for day in self.days)

    @property
    def ms_played(self) -> int:
        return sum(day.ms_played for day in self.days)

    @property
    def best_day(self) -> DaySum | None:
        """The day with the most plays; if there are several, the earliest."""
        return max(self.days, key=lambda day: (day.plays, -day.day.toordinal()), default=None)


def item_plays(scope: Scope) -> ItemPlays:
    """The plays of the scope's tracks; two queries."""
    ((first, last, *columns),) = rows(OWN, **scope.local_values(), **clock_values(scope), newest=MOST_NEIGHBOURED)
    return ItemPlays(
        first,
        last,
        tuple(map(DaySum, *columns[0:3])),
        tuple(map(TrackSum, *columns[3:6])),
        tuple(map(PlaceOfPlay, *columns[6:9])),
    )
