"""A headline has all names, numbers and days of its finding in every language."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.findings.kinds import (
    ArtistFound,
    Count,
    Finding,
    FirstTime,
    Lead,
    Overtaking,
    Record,
    Return,
    Silence,
    Streak,
)
from web.languages.catalogues import LANGUAGES
from web.languages.current import speaking
from web.languages.writing import long_date, month_and_year, number
from web.statistics.headlines import headline

SPAN = "November 2026"
COUNTS, DAYS = st.integers(1, 2_000_000), st.dates(date(2006, 10, 1), date(2100, 1, 1))
NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30)
ARTISTS = st.builds(ArtistFound, st.integers(1, 99), NAMES, COUNTS)
FINDINGS: list[st.SearchStrategy[Finding]] = [
    st.builds(Return, ARTISTS, DAYS),
    st.builds(FirstTime, ARTISTS),
    st.builds(Record, COUNTS, st.sampled_from(["day", "week", "month", "year"]), DAYS),
    st.builds(Overtaking, ARTISTS, ARTISTS),
    st.builds(Streak, COUNTS),
    st.builds(Silence, DAYS, COUNTS),
    st.builds(Lead, ARTISTS, ARTISTS, COUNTS),
    st.builds(Count, st.integers(0, 2_000_000)),
]


def facts(finding: Finding) -> list[str]:
    """The words that the finding's sentence must contain, besides the artist that it is about."""
    words: dict[type, Callable[[Any], list[str]]] = {
        Return: lambda finding: [number(finding.artist.plays), long_date(finding.silent_since)],
        FirstTime: lambda first: [number(first.artist.plays), SPAN],
        Record: lambda record: [number(record.plays), _since(record)],
        Overtaking: lambda pair: [number(pair.artist.plays), pair.overtaken.name, number(pair.overtaken.plays)],
        Streak: lambda streak: [number(streak.days)],
        Silence: lambda silence: [long_date(silence.last_day), number(silence.days)],
        Lead: lambda lead: [lead.second.name, number(lead.ahead)],
        Count: lambda count: [SPAN, number(count.plays)] if count.plays else [SPAN],
    }
    return words[type(finding)](finding)


def _since(record: Record) -> str:
    whole = {"year": str(record.since.year), "month": month_and_year(record.since)}
    return whole.get(record.step, long_date(record.since))


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.one_of(FINDINGS))
def test_a_headline_has_all_facts_of_its_finding(language: str, finding: Finding) -> None:
    with speaking(language):
        sentence = headline(finding, SPAN)
        text = f"{sentence.before}{sentence.artist.name if sentence.artist else ''}{sentence.after}"
        assert [fact for fact in facts(finding) if fact not in text] == []
    assert sentence.artist == getattr(finding, "artist", None)
    assert text.endswith(".")
    assert "\0" not in text


@pytest.mark.parametrize("count", [1, 2])
def test_german_has_its_own_plural_and_order(count: int) -> None:
    with speaking("de"):
        sentence = headline(Streak(count), SPAN)
        assert sentence.before == f"Musik an {count} {'Tag' if count == 1 else 'Tagen'} in Folge, mehr als je zuvor."
        assert headline(Count(0), "im November 2026").before == "Es wurde im November 2026 nichts gespielt."
