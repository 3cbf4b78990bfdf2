"""Findings as sentences."""

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
from web.languages.names import named
from web.languages.writing import counted, long_date, month_and_year, number
from web.pages.languages import gettext


@dataclass(frozen=True, slots=True)
class Headline:
    """A sentence; `before` and `after` are its parts around the artist that it is about, if any."""

    before: str
    artist: ArtistFound | None = None
    after: str = ""


THE_ARTIST = "\0"  # the place of the artist; no name contains it


def _about(sentence: str, artist: ArtistFound) -> Headline:
    before, _separator, after = sentence.partition(THE_ARTIST)
    return Headline(before, artist, after)


@singledispatch
def headline(finding: object, when: str) -> Headline:
    """`when` is the period, such as "in November 2026"."""
    raise TypeError(f"no sentence for {finding}, {when}")


@headline.register
def _(finding: Return, _when: str) -> Headline:
    sentence = counted(
        finding.artist.plays,
        "You came back to %(artist)s: %(count)s play, the first since %(day)s.",
        "You came back to %(artist)s: %(count)s plays, the first since %(day)s.",
        artist=THE_ARTIST,
        day=long_date(finding.silent_since),
    )
    return _about(sentence, finding.artist)


@headline.register
def _(finding: FirstTime, when: str) -> Headline:
    sentence = counted(
        finding.artist.plays,
        "You discovered %(artist)s: %(count)s play %(when)s and none before.",
        "You discovered %(artist)s: %(count)s plays %(when)s and none before.",
        artist=THE_ARTIST,
        when=when,
    )
    return _about(sentence, finding.artist)


@headline.register
def _(finding: Overtaking, _when: str) -> Headline:
    sentence = counted(
        finding.artist.plays,
        "%(artist)s overtook %(overtaken)s: %(count)s play to %(fewer)s.",
        "%(artist)s overtook %(overtaken)s: %(count)s plays to %(fewer)s.",
        artist=THE_ARTIST,
        overtaken=named(finding.overtaken.name),
        fewer=number(finding.overtaken.plays),
    )
    return _about(sentence, finding.artist)


@headline.register
def _(finding: Record, _when: str) -> Headline:
    return Headline(_record(finding))


def _record(record: Record) -> str:
    match record.step:
        case "year":
            return counted(
                record.plays,
                "%(count)s play: more than in any year since %(year)s.",
                "%(count)s plays: more than in any year since %(year)s.",
                year=record.since.year,
            )
        case "month":
            return counted(
                record.plays,
                "%(count)s play: more than in any month since %(month)s.",
                "%(count)s plays: more than in any month since %(month)s.",
                month=month_and_year(record.since),
            )
        case "week":
            return counted(
                record.plays,
                "%(count)s play: more than in any week since %(day)s.",
                "%(count)s plays: more than in any week since %(day)s.",
                day=long_date(record.since),
            )
    return counted(
        record.plays,
        "%(count)s play: more than on any day since %(day)s.",
        "%(count)s plays: more than on any day since %(day)s.",
        day=long_date(record.since),
    )


@headline.register
def _(finding: Streak, _when: str) -> Headline:
    return Headline(
        counted(
            finding.days,
            "Music on %(count)s day in a row, more than ever before.",
            "Music on %(count)s days in a row, more than ever before.",
        )
    )


@headline.register
def _(finding: Silence, _when: str) -> Headline:
    return Headline(
        counted(
            finding.days,
            "Nothing has been played since %(day)s, %(count)s day ago.",
            "Nothing has been played since %(day)s, %(count)s days ago.",
            day=long_date(finding.last_day),
        )
    )


@headline.register
def _(finding: Lead, _when: str) -> Headline:
    sentence = counted(
        finding.ahead,
        "%(artist)s came first, %(count)s play ahead of %(second)s.",
        "%(artist)s came first, %(count)s plays ahead of %(second)s.",
        artist=THE_ARTIST,
        second=named(finding.second.name),
    )
    return _about(sentence, finding.artist)


@headline.register
def _(finding: Count, when: str) -> Headline:
    if not finding.plays:
        return Headline(gettext("Nothing was played %(when)s.") % {"when": when})
    return Headline(counted(finding.plays, "%(count)s play %(when)s.", "%(count)s plays %(when)s.", when=when))
