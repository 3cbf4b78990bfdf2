"""/forgotten/<username>: tracks that were played often, but not for months."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from db.engine.records import records
from insights.answers.periods import BEGINNING
from insights.answers.values import AtLeastOne, Count, Id, Milliseconds, Moment, Part, Rank, Safe, moment, says
from insights.items.songs import heard_tracks, shown_as, songs
from insights.plays.local_time import clock_values
from insights.plays.scope import Scope
from insights.plays.sources import each_play_of_tracks
from insights.plays.tracks import COLUMNS, JOINS, TrackColumns
from insights.plays.utc_offsets import FIRST
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Asking, Question, each_minute
from insights.shown.music import Track, shown_track
from people.days import Zones

MOST = 500
# A song is listed as its most-played track.
SPAN = ", min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at, count(*) OVER () AS total"
FORGOTTEN = f"""
    WITH heard AS MATERIALIZED ({heard_tracks(of_many=True)}), forgotten AS (
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
    SELECT DISTINCT ON (shown) shown AS track_id, month::date AS month, plays
    FROM (
        SELECT shown, date_trunc('month', local) AS month, count(*) AS plays, sum(ms) AS ms
        FROM ({each_play_of_tracks()}) heard JOIN listed USING (track_id) GROUP BY 1, 2
    ) monthly ORDER BY shown, plays DESC, ms DESC, monthly.month
"""


class ForgottenRecord(TrackColumns, frozen=True):
    """A song, shown as the track `track_id`; `total` counts all songs, including those not listed."""

    total: int
    track_id: int
    track_ids: list[int]
    plays: int
    ms: int
    first_played_at: datetime
    last_played_at: datetime


class PeakRecord(Struct, frozen=True):
    """The first day of the month in which a song had the most plays."""

    track_id: int
    month: date
    plays: int


class PeakMonth(Part, frozen=True):
    """The month of the listener's calendar in which a track had the most plays."""

    month: Safe[Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}$")]]
    plays: AtLeastOne


class ForgottenTrack(Part, frozen=True):
    rank: Rank
    id: Id
    track: Safe[Track]
    plays: AtLeastOne
    ms_played: Milliseconds
    first_played_at: Moment
    last_played_at: Moment
    peak: Annotated[
        Safe[PeakMonth],
        says("If several months have as many plays, the one with the longest listening time, then the earliest."),
    ]


class Forgotten(Part, frozen=True):
    months: AtLeastOne
    min_plays: AtLeastOne
    unheard_since: Annotated[Moment, says("No listed track was played from then on.")]
    total: Annotated[Count, says("How many tracks there are in total.")]
    tracks: Annotated[Safe[tuple[ForgottenTrack, ...]], Meta(max_length=MOST)]


Months = Annotated[int, Meta(ge=1, le=120), says("For how many months a track must not have been played.")]
MinPlays = Annotated[int, Meta(ge=1, le=10_000), says("How many plays the track must have had before that.")]
Limit = Annotated[int, Meta(ge=1, le=MOST), says("The maximum number to list; `total` says how many there are.")]


def forgotten(asking: Asking, months: Months = 6, min_plays: MinPlays = 10, limit: Limit = 50) -> Forgotten:
    """Forgotten favourites.

    Tracks with at least `min_plays` plays in the period, none of which is from its last `months`. These are counted on
    the listener's own calendar, back from the end of the period; or from now, if the period still runs or has no end.
    The same recording under several ids is one track, shown as the id with the most plays. Tracks are ranked by plays,
    then by listening time, then by name.
    """
    return forgotten_by(asking.scope, asking.now, months, min_plays, limit)


def forgotten_by(scope: Scope, now: datetime, months: int, min_plays: int, limit: int) -> Forgotten:
    """The forgotten tracks as of `now`. Runs two queries, and one for the bounds."""
    since = months_before(min(scope.period.end, now), months, scope.zones)
    values = scope.values() | {"min_plays": min_plays, "unheard_since": since, "limit": limit}
    listed = records(ForgottenRecord, FORGOTTEN, values)
    peaks = _peaks(scope, listed) if listed else {}
    tracks = tuple(_track(rank, song, peaks) for rank, song in enumerate(listed, 1))
    return Forgotten(months, min_plays, moment(since), listed[0].total if listed else 0, tracks)


def months_before(instant: datetime, months: int, zones: Zones) -> datetime:
    """The same day and time of day in the listener's calendar, `months` earlier, or the last day of a shorter month.

    For instants before 1970, when nothing was heard, it is the beginning of time.
    """
    if instant < FIRST:
        return BEGINNING
    local = instant.astimezone(ZoneInfo(zones.at(instant)))
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def _peaks(scope: Scope, listed: Sequence[ForgottenRecord]) -> dict[int, PeakMonth]:
    """The peak of each song, by the id of the track as which it is shown."""
    versions = [(track_id, song.track_id) for song in listed for track_id in song.track_ids]
    values = {"listed": [track_id for track_id, _ in versions], "shown": [shown for _, shown in versions]}
    of_listed = replace(scope, track_ids=tuple(values["listed"]))
    months = records(PeakRecord, PEAKS, of_listed.local_values() | clock_values(scope) | values)
    return {peak.track_id: PeakMonth(f"{peak.month:%Y-%m}", peak.plays) for peak in months}


def _track(rank: int, song: ForgottenRecord, peaks: dict[int, PeakMonth]) -> ForgottenTrack:
    return ForgottenTrack(
        rank,
        song.track_id,
        shown_track(song.known_track()),
        song.plays,
        song.ms,
        moment(song.first_played_at),
        moment(song.last_played_at),
        peaks[song.track_id],
    )


QUESTION = Question(
    "forgotten",
    forgotten,
    takes=PERIOD + COUNTING + OF + COMPLETENESS,
    sums_only=True,
    by_clock=each_minute,
    lists="tracks",
    page="Forgotten",
)
