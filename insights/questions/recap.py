"""/recap/<username>: a year of music, or any other period, in one answer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from db.sums import SESSION_GAP_MINUTES
from insights.answers.parameters import By
from insights.answers.periods import BEGINNING
from insights.answers.values import Count, Day, Milliseconds, Part, Safe, Share, says
from insights.plays.local_days import Day as PlayedDay
from insights.plays.local_days import heard_days
from insights.plays.plays_by_step import ActivityStep, days_by_step
from insights.plays.scope import Scope
from insights.question import COUNTING, PERIOD, Asking, Question, each_minute
from insights.questions.clock import HourOfDay, HourOfWeek, clock
from insights.questions.discoveries import DiscoveryCounts, counted_discoveries, discovery_counts
from insights.questions.milestones import Milestone, shown_milestone
from insights.questions.obsessions import Obsession, obsessions
from insights.questions.recap_music import recapped_music
from insights.questions.sessions import Session, TypicalSession, sessions_in_short
from insights.questions.skips import ANY_LENGTH, skip_counts
from insights.questions.streaks import Streak, longest_streak
from insights.questions.top_albums import TopAlbum
from insights.questions.top_artists import TopArtist
from insights.questions.top_tracks import TopTrack
from insights.questions.totals import Totals, TotalsChange
from insights.reached import reached_within
from insights.shown.completeness import Completeness, shown_completeness

OBSESSIONS = 3
SECONDS_A_DAY = 86_400
Limit = Annotated[int, Meta(ge=1, le=50), says("The maximum number of tracks, artists and albums to list.")]


class RecapDay(Part, frozen=True):
    date: Day
    plays: Count
    ms_played: Milliseconds


class RecapSessions(Part, frozen=True):
    total: Annotated[int, Meta(ge=0), says("The number of sessions.")]
    gap: Annotated[int, Meta(ge=1), says("Minutes.")]
    average: Annotated[TypicalSession | None, says("The mean over all sessions; null if there are none.")]
    longest: Session | None


class RecapMilestones(Part, frozen=True):
    """Those reached in the period."""

    plays: tuple[Milestone, ...]
    hours: tuple[Milestone, ...]


class RecapSkips(Part, frozen=True):
    plays: Annotated[Count, says("Plays for which it is known whether they were skipped.")]
    skipped: Count
    rate: Annotated[Share | None, says("The share of these that was skipped; null if there are none.")]


class Recap(Part, frozen=True):
    totals: Safe[Totals]
    before: Safe[Totals | None]
    change: Annotated[
        Safe[TotalsChange | None],
        says("How much more than before, as a fraction: 0.25 is a quarter more. Null if there was nothing before."),
    ]
    by: Safe[By]
    top_tracks: Safe[tuple[TopTrack, ...]]
    top_artists: Safe[tuple[TopArtist, ...]]
    top_albums: Safe[tuple[TopAlbum, ...]]
    months: Safe[tuple[ActivityStep, ...]]
    best_day: Annotated[
        Safe[RecapDay | None], says("The day with the most plays; if several have as many, the earliest.")
    ]
    hours: Annotated[tuple[HourOfDay, ...], says("Always all 24.")]
    busiest: Annotated[
        HourOfWeek | None,
        says(
            "The hour with the most plays; if several have as many, the one with the longest listening time, then the "
            "first of the week."
        ),
    ]
    discoveries: Safe[DiscoveryCounts]
    obsessions: Annotated[Safe[tuple[Obsession, ...]], Meta(max_length=OBSESSIONS)]
    sessions: RecapSessions
    longest_streak: Safe[Streak | None]
    milestones: RecapMilestones
    skips: Safe[RecapSkips]
    days_not_recorded: Annotated[
        float,
        Meta(ge=0),
        says(
            "How many days' worth of time is probably missing, or covered by no import and no collection; "
            "`completeness` says when."
        ),
    ]
    completeness: Completeness


def recap(asking: Asking, by: By = "plays", limit: Limit = 10) -> Recap:
    """A year of music, or any other period, in one answer.

    A summary of what the other statistics say about the period, with how complete its plays are. `months` and
    `sessions` are those of /activity and /sessions. Skips count short plays too, as /skips does. The default is the
    current year.
    """
    scope, hours, days = asking.scope, clock(asking.scope), heard_days(asking.scope)
    music = recapped_music(scope, by, limit, len(days))
    sums = music.totals
    complete = shown_completeness(asking.account.id, asking.period.start, asking.period.end, asking.now)
    return Recap(
        sums.totals,
        sums.before,
        sums.change,
        by,
        music.tracks.tracks,
        music.artists.artists,
        music.albums.albums,
        days_by_step(scope, "month", days),
        _best_day(days),
        hours.hours,
        hours.busiest,
        _discoveries(scope, sums.totals),
        obsessions(scope, limit=min(limit, OBSESSIONS)).obsessions,
        _sessions(scope),
        longest_streak(day.date for day in days),
        _milestones(asking),
        _skips(scope),
        round(complete.seconds_not_recorded / SECONDS_A_DAY, 1),
        complete,
    )


def _discoveries(scope: Scope, heard: Totals) -> DiscoveryCounts:
    if scope.period.start <= BEGINNING:  # nothing was heard before
        return counted_discoveries(heard.tracks, heard.artists, heard.plays)
    return discovery_counts(scope, heard.plays)


def _best_day(days: Sequence[PlayedDay]) -> RecapDay | None:
    best = max(days, key=lambda day: (day.plays, -day.date.toordinal()), default=None)
    return RecapDay(best.date, best.plays, best.ms_played) if best else None


def _sessions(scope: Scope) -> RecapSessions:
    total, average, longest = sessions_in_short(scope)
    return RecapSessions(total, SESSION_GAP_MINUTES, average, longest)


def _milestones(asking: Asking) -> RecapMilestones:
    # They count from the first play ever, which is no business of a visitor who may ask about one period only.
    plays, hours = reached_within(asking.scope) if asking.whole else ((), ())
    return RecapMilestones(tuple(map(shown_milestone, plays)), tuple(map(shown_milestone, hours)))


def _skips(scope: Scope) -> RecapSkips:
    counts = skip_counts(replace(scope, min_seconds=ANY_LENGTH))
    return RecapSkips(counts.known, counts.skipped, counts.rate)


QUESTION = Question(
    "recap",
    recap,
    takes=PERIOD + COUNTING,
    sums_only=True,
    is_costly=True,
    by_clock=each_minute,
    default_period="year",
    page="Recap",
)
