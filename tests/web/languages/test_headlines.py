"""What a finding says: in every language, all of its names, numbers and days."""

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
    """The words that its sentence must have, beside the artist that it is about."""
    words: dict[type, Callable[[Any], list[str]]] = {
        Return: lambda it: [number(it.artist.plays), long_date(it.silent_since)],
        FirstTime: lambda it: [number(it.artist.plays), SPAN],
        Record: lambda it: [number(it.plays), _since(it)],
        Overtaking: lambda it: [number(it.artist.plays), it.overtaken.name, number(it.overtaken.plays)],
        Streak: lambda it: [number(it.days)],
        Silence: lambda it: [long_date(it.last_day), number(it.days)],
        Lead: lambda it: [it.second.name, number(it.ahead)],
        Count: lambda it: [SPAN, number(it.plays)] if it.plays else [SPAN],
    }
    return words[type(finding)](finding)


def _since(record: Record) -> str:
    whole = {"year": str(record.since.year), "month": month_and_year(record.since)}
    return whole.get(record.step, long_date(record.since))


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.one_of(FINDINGS))
def test_a_sentence_has_all_that_was_found(language: str, found: Finding) -> None:
    with speaking(language):
        said = headline(found, SPAN)
        text = f"{said.before}{said.artist.name if said.artist else ''}{said.after}"
        assert [fact for fact in facts(found) if fact not in text] == []
    assert said.artist == getattr(found, "artist", None)
    assert text.endswith(".")
    assert "\0" not in text


@pytest.mark.parametrize("count", [1, 2])
def test_german_has_its_own_plural_and_order(count: int) -> None:
    with speaking("de"):
        said = headline(Streak(count), SPAN)
        assert said.before == f"Musik an {count} {'Tag' if count == 1 else 'Tagen'} in Folge, mehr als je zuvor."
        assert headline(Count(0), SPAN).before == "November 2026: Nichts gespielt."
