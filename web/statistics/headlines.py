"""What a finding says, in a sentence."""

from dataclasses import dataclass
from functools import singledispatch

from insights.findings.kinds import (
    ArtistFound,
    Count,
    FirstTime,
    Lead,
    Overtaking,
    Record,
    Return,
    Silence,
    Streak,
)
from web.pages.templates import counted, long_date, number


@dataclass(frozen=True, slots=True)
class Headline:
    """`before` and `after` stand around the artist that it is about, where it is about one."""

    before: str
    artist: ArtistFound | None = None
    after: str = ""


@singledispatch
def headline(finding: object, span: str) -> Headline:
    """`span` names the period, as in November 2026."""
    raise TypeError(f"no sentence for {finding}, {span}")


@headline.register
def _(finding: Return, _span: str) -> Headline:
    after = f": {counted(finding.artist.plays, 'play')}, the first since {long_date(finding.silent_since)}."
    return Headline("You came back to ", finding.artist, after)


@headline.register
def _(finding: FirstTime, span: str) -> Headline:
    after = f": {counted(finding.artist.plays, 'play')}, {span}, and none before."
    return Headline("You discovered ", finding.artist, after)


@headline.register
def _(finding: Overtaking, _span: str) -> Headline:
    artist, overtaken = finding.artist, finding.overtaken
    after = f" overtook {overtaken.name}: {counted(artist.plays, 'play')} to {number(overtaken.plays)}."
    return Headline("", artist, after)


@headline.register
def _(finding: Record, _span: str) -> Headline:
    return Headline(f"{counted(finding.plays, 'play')}: more than in any {finding.step} since {_start(finding)}.")


def _start(record: Record) -> str:
    match record.step:
        case "year":
            return str(record.since.year)
        case "month":
            return f"{record.since:%B} {record.since.year}"
    return long_date(record.since)


@headline.register
def _(finding: Streak, _span: str) -> Headline:
    return Headline(f"Music on {number(finding.days)} days in a row, more than ever before.")


@headline.register
def _(finding: Silence, _span: str) -> Headline:
    return Headline(f"Nothing has been played since {long_date(finding.last_day)}, {number(finding.days)} days ago.")


@headline.register
def _(finding: Lead, _span: str) -> Headline:
    return Headline("Most of ", finding.artist, f": {counted(finding.ahead, 'play')} ahead of {finding.second.name}.")


@headline.register
def _(finding: Count, span: str) -> Headline:
    return Headline(f"{counted(finding.plays, 'play')}, {span}." if finding.plays else f"Nothing was played, {span}.")
