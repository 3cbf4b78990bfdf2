"""/obsessions/<username>: the tracks that took over whole weeks, each as long as it lasted."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from msgspec import Meta

from db.engine.records import records
from insights.answers.periods import WEEKDAYS
from insights.answers.values import AtLeastOne, Count, Day, Id, Part, Safe, Share, Weekday, says
from insights.items.songs import heard_tracks, shown_as
from insights.plays.scope import Scope
from insights.plays.sources import by_quarter, each_play_within
from insights.plays.tracks import COLUMNS, JOINS, TrackColumns
from insights.plays.utc_offsets import Shift
from insights.question import COMPLETENESS, COUNTING, PERIOD, Question
from insights.shown.music import Track, shown_track

MONDAY = datetime(1900, 1, 1, tzinfo=UTC)  # before every play
SEVEN_DAYS = timedelta(days=7)
MOST = 500
WEEK = "date_bin('7 days', local, %(first_week)s::timestamptz)"

# One week after the other, as the index has them: the tracks of a week are few, those of all weeks would not fit into
# the memory of one sort or hash. What has too few plays in a week goes at once, unless more of the same song come
# from its other tracks, or from the rest of a week that is cut.
WEEKLY = f"""
    SELECT piece.week, track_id, heard.plays, heard.ms
    FROM unnest(%(week)s::timestamptz[], %(week_since)s::timestamptz[], %(week_until)s::timestamptz[],
                %(week_is_cut)s::boolean[]) AS piece (week, since, until, is_cut)
    CROSS JOIN LATERAL (
        SELECT track_id, count(*) AS plays, sum(ms) AS ms
        FROM ({each_play_within("since", "until")}) each_play
        GROUP BY track_id
    ) heard
    WHERE heard.plays >= %(min_plays)s OR is_cut OR track_id IN (SELECT track_id FROM own_track WHERE tracks > 1)
"""

# A song can only win a week if it has enough plays in all. It stands in the list as its track that was heard most in
# the period. Consecutive weeks of a song, less their place among all its weeks, give one and the same date.
OBSESSIONS = f"""
    WITH heard AS MATERIALIZED ({heard_tracks()}), song AS MATERIALIZED (
        SELECT song_id, min(song_name) AS name, count(*) AS tracks FROM heard
        GROUP BY song_id HAVING sum(plays) >= %(min_plays)s
    ), own_track AS MATERIALIZED (
        SELECT track_id, song_id, name, tracks FROM heard JOIN song USING (song_id)
    ), weekly AS (
        SELECT {WEEK} AS week, sum(plays) AS plays FROM ({by_quarter()}) quarter GROUP BY 1
    ), counted AS (
        SELECT week, song_id, name, sum(plays)::bigint AS plays, sum(ms) AS ms
        FROM ({WEEKLY}) heard JOIN own_track USING (track_id) GROUP BY 1, 2, 3 HAVING sum(plays) >= %(min_plays)s
    ), won AS (
        SELECT DISTINCT ON (week) week::date AS week, song_id, counted.plays, weekly.plays AS all_plays
        FROM counted JOIN weekly USING (week) WHERE counted.plays * 100 >= weekly.plays * %(min_share)s
        ORDER BY week, counted.plays DESC, ms DESC, name, song_id
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


class WeekPiece(NamedTuple):
    """Since when until when the listener's clock showed one week (by its first day, to be read as UTC). A week
    `is_cut` where the clock was changed in it.
    """

    week: datetime
    since: datetime
    until: datetime
    is_cut: bool


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
    plays: Annotated[Count, says("Of the track in those weeks.")]
    share: Annotated[Share, says("Of all plays in those weeks.")]


class Obsessions(Part, frozen=True):
    min_plays: Count
    min_share: Annotated[AtLeastOne, says("Percent.")]
    week_starts: Annotated[Weekday, says("The day on which weeks begin.")]
    total: Annotated[Count, says("How many obsessions there are in all.")]
    obsessions: Annotated[Safe[tuple[Obsession, ...]], Meta(max_length=MOST), says("The newest comes first.")]


MinPlays = Annotated[int, Meta(ge=2, le=1000), says("How many plays a track needs to win a week.")]
MinShare = Annotated[int, Meta(ge=1, le=100), says("The percentage of the week's plays that these must be.")]
Limit = Annotated[int, Meta(ge=1, le=MOST), says("The maximum number to list; `total` says how many there are.")]


def obsessions(scope: Scope, min_plays: MinPlays = 7, min_share: MinShare = 10, limit: Limit = 100) -> Obsessions:
    """The tracks that took over whole weeks.

    The track with the most plays wins a week of the listener's calendar, if it has at least `min_plays` plays and
    these are at least `min_share` percent of all plays of the week. Weeks in a row that the same track won are one
    obsession. The same recording under several ids is one track, shown as the id with the most plays in the period. Of
    tracks with equal plays, the one with the longer listening time wins, then the one whose name comes first. Only
    plays within the period count, even in a week that the period cuts. The newest obsession comes first.
    """
    first_week = MONDAY + timedelta(days=WEEKDAYS.index(scope.week_starts))
    values = scope.local_values()  # a query
    columns: list[Any] = [values[name] for name in Shift._fields]
    bounds = {"first_week": first_week, "min_plays": min_plays, "min_share": min_share, "limit": limit}
    weeks = _weeks(list(map(Shift, *columns)), first_week)
    listed = records(ObsessionRecord, OBSESSIONS, values | weeks | bounds)
    total = listed[0].total if listed else 0
    return Obsessions(min_plays, min_share, scope.week_starts, total, tuple(map(_obsession, listed)))


def _obsession(won: ObsessionRecord) -> Obsession:
    shown, share = shown_track(won.known_track()), round(won.plays / won.all_plays, 6)
    return Obsession(won.track_id, shown, won.first, won.last, won.weeks, won.plays, share)


def _weeks(stretches: Sequence[Shift], first_week: datetime) -> dict[str, object]:
    """The weeks that the stretches of the listener's clock lie in, piece by piece."""
    pieces = [piece for stretch in stretches for piece in _pieces(stretch, first_week)]
    return {
        "week": [piece.week for piece in pieces],
        "week_since": [piece.since for piece in pieces],
        "week_until": [piece.until for piece in pieces],
        "week_is_cut": [piece.is_cut for piece in pieces],
    }


def _pieces(stretch: Shift, first_week: datetime) -> list[WeekPiece]:
    pieces, since = list[WeekPiece](), stretch.since
    week = since + stretch.ahead - (since + stretch.ahead - first_week) % SEVEN_DAYS
    while since < stretch.until:
        following = week + SEVEN_DAYS
        until = min(following - stretch.ahead, stretch.until)
        is_cut = since + stretch.ahead > week or until + stretch.ahead < following
        pieces.append(WeekPiece(week, since, until, is_cut))
        week, since = following, until
    return pieces


QUESTION = Question(
    "obsessions",
    obsessions,
    takes=PERIOD + COUNTING + COMPLETENESS,
    sums_only=True,
    lists="obsessions",
    page="Obsessions",
)
