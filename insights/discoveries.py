"""Discoveries: when tracks and artists were heard for the first time ever."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from db.connection import rows
from insights.item_names import known_tracks
from insights.local_time import clock_values, shown_at
from insights.periods import BEGINNING
from insights.plays_by_step import plays_by_step
from insights.scope import Scope
from insights.songs import heard_tracks, shown_as, songs
from insights.steps import step_of
from insights.tracks import KnownTrack

KEPT = 3  # plays of a discovered track to be listed, the first one included

# Everything until the period ends is counted, for what was heard before it is no discovery. A song stands in the list
# as its track that was heard most; an artist counts as the first one of a track.
FOUND = f"""
    WITH heard AS MATERIALIZED ({heard_tracks("ever_")}), song AS MATERIALIZED (
        {songs("heard", ", min(first_played_at) AS discovered_at")} HAVING min(first_played_at) >= %(start)s
    ), artist AS (
        SELECT min(first_played_at) AS discovered_at FROM heard
        WHERE artist_id IS NOT NULL GROUP BY artist_id HAVING min(first_played_at) >= %(start)s
    ), newest AS (
        SELECT * FROM song WHERE plays >= {KEPT} ORDER BY discovered_at DESC, name, song_id LIMIT %(limit)s
    ), shown AS ({shown_as("newest")})
    SELECT 'tracks', ({shown_at("discovered_at")})::date, count(*), NULL::bigint, NULL::bigint, NULL::timestamptz
    FROM song GROUP BY 2
    UNION ALL
    SELECT 'artists', ({shown_at("discovered_at")})::date, count(*), NULL, NULL, NULL FROM artist GROUP BY 2
    UNION ALL
    (SELECT 'newest', NULL, plays, ms, track_id, discovered_at FROM newest JOIN shown USING (song_id)
     ORDER BY discovered_at DESC, name, song_id)
"""


@dataclass(frozen=True, slots=True)
class DiscoveryStep:
    """A day, week, month or year of the listener's calendar, `end` not included, with its plays and what was heard in
    it for the first time.
    """

    start: date
    end: date
    tracks: int
    artists: int
    plays: int


@dataclass(frozen=True, slots=True)
class DiscoveredTrack:
    """`plays` and `ms_played` (milliseconds) are from its first play, which counts, until the period ends."""

    id: int
    track: KnownTrack
    discovered_at: datetime
    plays: int
    ms_played: int


@dataclass(frozen=True, slots=True)
class Discoveries:
    """`newest` are of the songs with KEPT plays or more, the one discovered last first."""

    steps: tuple[DiscoveryStep, ...]
    newest: tuple[DiscoveredTrack, ...]


def discoveries(scope: Scope, step: str, limit: int) -> Discoveries:
    """Step by step (insights/plays_by_step.py), and the `limit` newest; five queries at most. Raises TooManySteps."""
    steps = plays_by_step(scope, step)
    new: dict[str, Counter[date]] = {"tracks": Counter(), "artists": Counter()}
    newest = []
    for kind, day, count, *track in _found(scope, limit):
        if kind == "newest":
            newest.append((count, *track))
        else:
            new[kind][step_of(day, step, scope.week_starts)] += count
    return Discoveries(
        tuple(
            DiscoveryStep(each.start, each.end, new["tracks"][each.start], new["artists"][each.start], each.plays)
            for each in steps
        ),
        _named(scope.account_id, newest),
    )


def _found(scope: Scope, limit: int) -> list[tuple[Any, ...]]:
    ever = scope.during(BEGINNING, scope.period.end)
    values = ever.values("ever_") | clock_values(scope)
    return rows(FOUND, **values, start=scope.period.start, limit=limit)


def _named(account_id: int, newest: list[tuple[Any, ...]]) -> tuple[DiscoveredTrack, ...]:
    names = known_tracks(account_id, (columns[2] for columns in newest))
    return tuple(
        DiscoveredTrack(track_id, names[track_id], discovered_at, plays, ms)
        for plays, ms, track_id, discovered_at in newest
    )
