"""What each source reported about a play, as answers show it."""

from typing import Annotated

from msgspec import Meta

from insights.answers.values import Moment, Part, moment, says
from insights.history.reports import ReportRecord
from insights.plays.platforms import shown_platform
from insights.shown.plays import Source


class PlayReport(Part, frozen=True):
    """What one source says about a play; a member is null if the source does not say it."""

    counts: Annotated[bool, says("Whether the play is shown as this report has it; the others are superseded.")]
    source: Source
    played_at: Annotated[Moment, says("When it ended.")]
    ms_played: Annotated[int, Meta(ge=0)] | None
    device: Annotated[str | None, says("The text of the source, without what identifies a device or a person.")]
    country: str | None
    reason_start: Annotated[str | None, says("How it began, in Spotify's words.")]
    reason_end: Annotated[str | None, says("How it ended, in Spotify's words.")]
    skipped: bool | None
    shuffle: bool | None
    offline: bool | None
    incognito: Annotated[bool | None, says("Whether it was in a private session.")]


def shown_report(report: ReportRecord) -> PlayReport:
    return PlayReport(
        report.counts,
        report.source,
        moment(report.played_at),
        report.ms_played,
        shown_platform(report.platform),
        report.country,
        report.reason_start,
        report.reason_end,
        report.skipped,
        report.shuffle,
        report.offline,
        report.incognito,
    )
