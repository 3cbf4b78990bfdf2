"""How complete a period is, and the gaps in it, as answers show them."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from insights.answers.values import Moment, Part, moment, says
from insights.plays import completeness, gaps

MOST_GAPS = 100
Plays = Annotated[int, Meta(ge=0)]
Seconds = Annotated[int, Meta(ge=0)]
Reason = Annotated[
    Literal["full_page", "not_collected", "consent_ended", "not_covered", "paused"],
    says(
        "full_page: the collector saw nothing but new plays, and Spotify never shows more than the 50 newest. "
        "not_collected: nothing was collected for longer than that. consent_ended: the same, because the consent has "
        "ended. not_covered: neither an import nor collecting covers this time, so it is unknown what was played. "
        "paused: the listener paused collecting."
    ),
]
ClosedBy = Annotated[
    Literal["export", "late_plays", "quiet"] | None,
    says(
        "Null while it is open. export: an import covers it. late_plays: as many plays as usual have been reported "
        "since. quiet: usually nothing is played at such hours. A gap that is not_covered for a day or longer stays "
        "open, whatever is usual."
    ),
]


class Gap(Part, frozen=True):
    """A time for which plays are probably missing, or were, or that neither an import nor collecting covers."""

    start: Moment
    end: Moment
    reason: Reason
    missing_plays: Annotated[
        Plays | None,
        says(
            "About how many are missing: the usual number at these hours, minus the known plays. Null if less than a "
            "week of the four weeks before and after is covered, so that the usual number is unknown."
        ),
    ]
    closed_by: ClosedBy


class Completeness(Part, frozen=True):
    """How complete the plays of a period are: of start <= played_at < end, without what is not yet past."""

    start: Moment
    end: Moment
    known_plays: Plays
    missing_plays: Annotated[Plays, says("About how many are missing in all gaps that have an estimate.")]
    share: Annotated[
        Annotated[float, Meta(ge=0, le=1)] | None,
        says(
            "Known plays as a share of known and missing ones; null if there are none of either, or if one of the gaps "
            "has no estimate."
        ),
    ]
    seconds_not_recorded: Annotated[Seconds, says("The total length of the gaps.")]
    gaps: Annotated[tuple[Gap, ...], says("The newest open gaps that touch the period, clipped to it; 100 at most.")]
    seconds_collected: Annotated[
        Seconds,
        says(
            "Of the time since the first known play: for how long plays were collected from Spotify, including the "
            "time that the next run will still see."
        ),
    ]
    seconds_covered_by_exports: Annotated[
        Seconds, says("For how long nothing was collected and an imported export covers everything.")
    ]
    seconds_not_covered: Annotated[
        Seconds,
        says(
            "For how long neither applies. The three add up to the period's time since the first known play, except "
            "for fractions of a second."
        ),
    ]


def shown_gap(gap: gaps.Gap) -> Gap:
    return Gap(moment(gap.start), moment(gap.end), gap.reason, gap.missing_plays, gap.closed_by)


def shown_completeness(account_id: int, start: datetime, end: datetime, now: datetime) -> Completeness:
    """The completeness of start <= played_at < end, which lies in the past; needs an open connection."""
    complete = completeness.completeness(account_id, start, end, now)
    return Completeness(
        moment(complete.start),
        moment(complete.end),
        complete.known_plays,
        complete.missing_plays,
        None if complete.share is None else round(complete.share, 4),
        complete.seconds_not_recorded,
        tuple(map(shown_gap, complete.gaps[:MOST_GAPS])),
        complete.seconds_collected,
        complete.seconds_exported,
        complete.seconds_uncovered,
    )
