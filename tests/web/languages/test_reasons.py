"""Stored reasons of recommendations are translated when shown."""

import pytest

from web.languages.current import speaking
from web.languages.reasons import reason

REASONS = [
    ("Played with Paper Boats by others here", "Von anderen hier zusammen mit Paper Boats gespielt"),
    ("ListenBrainz: listeners like you play this", "ListenBrainz: Leute wie du spielen das"),
    ("New from The Lanterns, out yesterday", "Neu von The Lanterns, erschienen gestern"),
    ("New from The Lanterns, out 3 days ago", "Neu von The Lanterns, erschienen vor 3 Tagen"),
    ("New from The Lanterns, out 5 weeks ago", "Neu von The Lanterns, erschienen vor 5 Wochen"),
    ("New from The Lanterns, out in March 2026", "Neu von The Lanterns, erschienen im März 2026"),
    ("You played it once in the last two weeks", "Du hast ihn in den letzten zwei Wochen einmal gespielt"),
    ("You played it 12 times in the last two weeks", "Du hast ihn in den letzten zwei Wochen 12\u2011mal gespielt"),
    ("1 play, last heard in May 2025", "1 Wiedergabe, zuletzt gehört im Mai 2025"),
    ("42 plays, last heard in May 2025", "42 Wiedergaben, zuletzt gehört im Mai 2025"),
    ("Fans of The Lanterns play A Guest", "Fans von The Lanterns spielen A Guest"),
    ("Often played next to Low Tide by A Guest", "Oft neben Low Tide von A Guest gespielt"),
    ("Spotify: goes with Low Tide", "Spotify: passt zu Low Tide"),
    ("Spotify recommends it", "Spotify empfiehlt es"),
    ("You know 3 of 11 tracks of Harbour", "Du kennst 3 von 11 Titeln von Harbour"),
    ("Because you played The Lanterns twice", "Weil du The Lanterns 2\u2011mal gespielt hast"),
    (
        "Because you played The Lanterns 9 times this month",
        "Weil du The Lanterns diesen Monat 9\u2011mal gespielt hast",
    ),
    (
        "Because you played The Lanterns 9 times this month, and are finding more of theirs lately",
        "Weil du The Lanterns diesen Monat 9\u2011mal gespielt hast und in letzter Zeit mehr davon entdeckst",
    ),
]


@pytest.mark.parametrize(("stored", "german"), REASONS)
def test_each_kind_of_reason_is_translated_and_unchanged_in_english(stored: str, german: str) -> None:
    assert reason(stored) == stored
    with speaking("de"):
        assert reason(stored) == german


def test_an_unknown_reason_of_another_version_stays_unchanged() -> None:
    with speaking("de"):
        assert reason("Because of the weather") == "Because of the weather"
