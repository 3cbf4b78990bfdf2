"""/obsessions/<username>: the tracks that took over whole weeks, each as long as it lasted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated

from msgspec import Meta

from db.engine.records import records
from insights.answers.values import AtLeastOne, Count, Day, Id, Part, Safe, Share, Weekday, says
from insights.items.songs import heard_tracks, shown_as
from insights.items.weekly_songs import WeeklySong, most_played_weekly
from insights.plays.scope import Scope
from insights.plays.tracks import COLUMNS, JOINS, TrackColumns
from insights.question import COMPLETENESS, COUNTING, PERIOD, Question
from insights.shown.music import Track, shown_track

MOST = 500
# Of songs with equal plays and listening time, the first name wins. A song is listed as its most-played track in the
# period. Consecutive weeks of a song, minus their place among all its weeks, give the same date.
OBSESSIONS = f"""
    WITH heard AS MATERIALIZED ({heard_tracks()}), song AS (
        SELECT song_id, min(song_name) AS name FROM heard GROUP BY song_id
    ), won AS (
        SELECT DISTINCT ON (week) week, song_id, plays, all_plays
        FROM unnest(%(week)s::date[], %(song_id)s::bigint[], %(plays)s::bigint[], %(all_plays)s::bigint[])
            AS weekly (week, song_id, plays, all_plays)
        JOIN song USING (song_id) ORDER BY week, name, song_id
    ), placed AS (
        SELECT *, week - 7 * (row_number() OVER (PARTITION BY song_id ORDER BY week))::int AS run FROM won
    ), obsession AS (
        SELECT song_id, min(week) AS first, max(week) AS last, count(*) AS weeks, sum(plays)::bigint AS plays,
               sum(all_plays)::bigint AS all_plays, count(*) OVER () AS total
        FROM placed GROUP BY song_id, run ORDER BY last DESC LIMIT %(limit)s
    ), shown AS ({shown_as("obsession")})
    SELECT total, shown.track_id, first, last, weeks, plays, all_plays, {COLUMNS}
    FROM obsession JOIN shown USING (song_id) JOIN track ON track.id = shown.track_id {JOINS} ORDER BY last DESC
"""


class ObsessionRecord(TrackColumns, frozen=True):
    """An obsession; `total` counts them all, including those not listed."""

    total: int
    track_id: int
    first: date
    last: date
    weeks: int
    plays: int
    all_plays: int


class Obsession(Part, frozen=True):
    """The weeks in a row that a track won."""

    id: Id
    track: Safe[Track]
    first_week: Annotated[Day, says("The day on which the first week begins.")]
    last_week: Annotated[Day, says("The day on which the last week begins.")]
    weeks: AtLeastOne
    plays: Annotated[Count, says("Plays of the track in those weeks.")]
    share: Annotated[Share, says("The share of all plays in those weeks.")]


class Obsessions(Part, frozen=True):
    min_plays: Count
    min_share: Annotated[AtLeastOne, says("Percent.")]
    week_starts: Annotated[Weekday, says("The day on which weeks begin.")]
    total: Annotated[Count, says("How many obsessions there are in total.")]
    obsessions: Annotated[Safe[tuple[Obsession, ...]], Meta(max_length=MOST), says("The newest comes first.")]


MinPlays = Annotated[int, Meta(ge=2, le=1000), says("How many plays a track needs to win a week.")]
MinShare = Annotated[int, Meta(ge=1, le=100), says("The percentage of the week's plays that these must be.")]
Limit = Annotated[int, Meta(ge=1, le=MOST), says("The maximum number to list; `total` says how many there are.")]


def obsessions(scope: Scope, min_plays: MinPlays = 7, min_share: MinShare = 10, limit: Limit = 100) -> Obsessions:
    """The tracks that took over whole weeks.

    The track with the most plays wins a week of the listener's calendar, if it has at least `min_plays` plays and
    these are at least `min_share` percent of all plays of the week. Weeks in a row that the same track won are one
    obsession. The same recording under several ids is one track, shown as the id with the most plays in the period.
    Ties are broken by listening time, then by name. Only plays within the period count, even in a week that the
    period cuts. The newest obsession comes first.
    """
    listed = _listed(scope, most_played_weekly(scope, min_plays, min_share), limit)
    total = listed[0].total if listed else 0
    return Obsessions(min_plays, min_share, scope.week_starts, total, tuple(map(_obsession, listed)))


def _listed(scope: Scope, weekly: Sequence[WeeklySong], limit: int) -> list[ObsessionRecord]:
    tracks = {track_id for song in weekly for track_id in song.track_ids}
    values = replace(scope, track_ids=tuple(tracks)).values() | {"limit": limit}
    columns = {name: [getattr(song, name) for song in weekly] for name in ("week", "song_id", "plays", "all_plays")}
    return records(ObsessionRecord, OBSESSIONS, values | columns)


def _obsession(run: ObsessionRecord) -> Obsession:
    track, share = shown_track(run.known_track()), round(run.plays / run.all_plays, 6)
    return Obsession(run.track_id, track, run.first, run.last, run.weeks, run.plays, share)


QUESTION = Question(
    "obsessions",
    obsessions,
    takes=PERIOD + COUNTING + COMPLETENESS,
    sums_only=True,
    lists="obsessions",
    page="Obsessions",
)
