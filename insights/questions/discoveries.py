"""/discoveries/<username>: tracks and artists that were played for the first time ever."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from db.engine.records import records
from db.engine.tagged_records import tagged_records
from insights.answers.periods import BEGINNING
from insights.answers.values import Count, Day, Id, Milliseconds, Moment, Part, Private, Safe, moment, says
from insights.items.names import known_tracks
from insights.items.songs import heard_ids, heard_tracks, shown_as, songs
from insights.plays.calendar_steps import MOST_STEPS, StepName, step_of
from insights.plays.local_time import clock_values, shown_at
from insights.plays.plays_by_step import ActivityStep, plays_by_step
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, PERIOD, TRAITS, Question
from insights.shown.music import Track, shown_track

KEPT = 3  # plays of a discovered track to be listed, the first one included
MOST = 100

# Everything until the period ends is counted, because what was heard before it is no discovery. A song is listed as
# its most-played track; a track counts for its first artist.
FIRST_PLAYS = f"""
    WITH heard AS MATERIALIZED ({heard_tracks("ever_", of_many=True)}), song AS MATERIALIZED (
        {songs("heard", ", min(first_played_at) AS discovered_at")} HAVING min(first_played_at) >= %(start)s
    ), artist AS (
        SELECT min(first_played_at) AS discovered_at FROM heard
        WHERE artist_id IS NOT NULL GROUP BY artist_id HAVING min(first_played_at) >= %(start)s
    ), newest AS (
        SELECT * FROM song WHERE plays >= {KEPT} ORDER BY discovered_at DESC, name, song_id LIMIT %(limit)s
    ), shown AS ({shown_as("newest")})
    SELECT 'tracks' AS kind, ({shown_at("discovered_at")})::date AS day, count(*) AS count, NULL::bigint AS plays,
           NULL::bigint AS ms_played, NULL::bigint AS track_id, NULL::timestamptz AS discovered_at
    FROM song GROUP BY 2
    UNION ALL
    SELECT 'artists', ({shown_at("discovered_at")})::date, count(*), NULL, NULL, NULL, NULL FROM artist GROUP BY 2
    UNION ALL
    (SELECT 'newest', NULL, NULL, plays, ms, track_id, discovered_at FROM newest JOIN shown USING (song_id)
     ORDER BY discovered_at DESC, name, song_id)
"""
# How many there are, without the list.
FIRST_TIMES = f"""
    WITH heard AS MATERIALIZED (
        SELECT song_id, artist_id, first_played_at FROM ({heard_ids("ever_", of_many=True)}) heard
    )
    SELECT (SELECT count(*) FROM (
               SELECT song_id FROM heard GROUP BY song_id HAVING min(first_played_at) >= %(start)s) song) AS tracks,
           (SELECT count(*) FROM (
               SELECT artist_id FROM heard WHERE artist_id IS NOT NULL
               GROUP BY artist_id HAVING min(first_played_at) >= %(start)s) artist) AS artists
"""


class FirstTimes(Struct, frozen=True):
    """How many songs, and how many artists, were played for the first time in the period."""

    tracks: int
    artists: int


class NewTracks(Struct, frozen=True, tag="tracks"):
    """How many tracks were discovered on a day."""

    day: date
    count: int


class NewArtists(Struct, frozen=True, tag="artists"):
    """How many artists were discovered on a day."""

    day: date
    count: int


class Newest(Struct, frozen=True, tag="newest"):
    """A track that was discovered, as the database counts it."""

    plays: int
    ms_played: int
    track_id: int
    discovered_at: datetime


NewArtistCount = Annotated[Count, says("Counts the first artist of each track.")]
AllPlays = Annotated[Count, says("All plays, whether or not the track is new.")]
Rate = Annotated[Safe[Annotated[float, Meta(ge=0)]] | None, says("Null if there are no plays.")]


class DiscoveryCounts(Part, frozen=True):
    new_tracks: Count
    new_artists: NewArtistCount
    plays: AllPlays
    new_tracks_per_100_plays: Rate


class DiscoveryStep(Part, frozen=True):
    start: Annotated[Day, says("The first day of the step, even if the period begins later.")]
    end: Annotated[Day, says("The first day of the next step.")]
    new_tracks: Count
    new_artists: NewArtistCount
    plays: AllPlays
    new_tracks_per_100_plays: Rate


class DiscoveredTrack(Part, frozen=True):
    id: Id
    track: Track
    discovered_at: Annotated[Moment, says("When its first play ended.")]
    plays: Annotated[
        int, Meta(ge=KEPT), says("Plays from its first play, which is included, to the end of the period.")
    ]
    ms_played: Private[Milliseconds]


class Discoveries(Part, frozen=True):
    step: Safe[StepName]
    total: Safe[DiscoveryCounts]
    steps: Annotated[Safe[tuple[DiscoveryStep, ...]], Meta(max_length=MOST_STEPS), says("The earliest first.")]
    newest: Annotated[
        tuple[DiscoveredTrack, ...],
        Meta(max_length=MOST),
        says("Tracks discovered in the period that have three plays or more by its end, the latest first."),
    ]


Step = Annotated[
    StepName,
    says(
        "The step in which discoveries are counted, by the listener's own calendar. Choose a longer step where there "
        "would be more than 5,000."
    ),
]
Limit = Annotated[int, Meta(ge=1, le=MOST), says("The maximum number of newest tracks to list.")]


def discoveries(scope: Scope, step: Step = "month", limit: Limit = 20) -> Discoveries:
    """The tracks and artists that you played for the first time.

    You discover a track or an artist with the first play that counts, so nothing that you played before the period is
    a discovery in it. The same recording under several ids counts as one track, and "Various Artists" is not an
    artist. Steps without plays are listed too, from the one in which the period begins to the one in which it ends. If
    the period has no such bound, the list runs from the step of your first play to that of your last.
    """
    steps = plays_by_step(scope, step)
    new_tracks, new_artists, newest = _first_plays(scope, step, limit)
    total = counted_discoveries(new_tracks.total(), new_artists.total(), sum(each.plays for each in steps))
    listed = tuple(_step(each, new_tracks[each.start], new_artists[each.start]) for each in steps)
    return Discoveries(step, total, listed, _named(scope.account_id, newest))


def discovery_counts(scope: Scope, plays: int) -> DiscoveryCounts:
    """The discoveries of a period with this number of plays, in total, without steps and lists. Runs one query."""
    values = scope.during(BEGINNING, scope.period.end).values("ever_") | {"start": scope.period.start}
    (first,) = records(FirstTimes, FIRST_TIMES, values)
    return counted_discoveries(first.tracks, first.artists, plays)


def _first_plays(scope: Scope, step: StepName, limit: int) -> tuple[Counter[date], Counter[date], list[Newest]]:
    """How many tracks and how many artists are new in each step, and the newest tracks; two queries at most."""
    values = scope.during(BEGINNING, scope.period.end).values("ever_") | clock_values(scope)
    values |= {"start": scope.period.start, "limit": limit}
    tracks, artists, newest = tagged_records((NewTracks, NewArtists, Newest), FIRST_PLAYS, values)
    return _by_step(tracks, scope, step), _by_step(artists, scope, step), newest


def _by_step(days: Sequence[NewTracks] | Sequence[NewArtists], scope: Scope, step: StepName) -> Counter[date]:
    """How many are new in each step."""
    counts = Counter[date]()
    for each in days:
        counts[step_of(each.day, step, scope.week_starts)] += each.count
    return counts


def counted_discoveries(tracks: int, artists: int, plays: int) -> DiscoveryCounts:
    """The numbers with their rate."""
    return DiscoveryCounts(tracks, artists, plays, _per_100_plays(tracks, plays))


def _step(step: ActivityStep, tracks: int, artists: int) -> DiscoveryStep:
    rate = _per_100_plays(tracks, step.plays)
    return DiscoveryStep(step.start, step.end, tracks, artists, step.plays, rate)


def _per_100_plays(tracks: int, plays: int) -> float | None:
    return round(100 * tracks / plays, 2) if plays else None


def _named(account_id: int, newest: Sequence[Newest]) -> tuple[DiscoveredTrack, ...]:
    names = known_tracks(account_id, (each.track_id for each in newest))
    return tuple(
        DiscoveredTrack(
            each.track_id, shown_track(names[each.track_id]), moment(each.discovered_at), each.plays, each.ms_played
        )
        for each in newest
    )


QUESTION = Question(
    "discoveries",
    discoveries,
    takes=PERIOD + COUNTING + TRAITS + COMPLETENESS,
    sums_only=True,
    lists="steps",
    page="New to you",
)
