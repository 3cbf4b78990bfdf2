"""The list of this week in earlier years has the songs played most in the same ISO week."""

from datetime import date

import pytest

from db.engine.connection import row, rows
from db.lists.feedback import set_verdict
from people.accounts import Account
from recommend.list_dates import same_week
from tests.recommend.lists.playing import items, make, played

MONDAY = date(2026, 11, 16)  # of week 47, which began on 17 November in 2025, on 18 in 2024, and on 16 in 2020


def test_the_songs_of_the_week_come_year_by_year_those_played_most_first(alice: Account) -> None:
    played(alice, "Harbour", "2025-11-18T10:00", 3)
    played(alice, "Lantern", "2025-11-23T20:00", 2)
    played(alice, "Tide", "2024-11-18T10:00", 4)
    played(alice, "Now", "2026-11-16T20:00", 9)
    make(alice)
    assert items("year-ago", MONDAY) == [
        ("year_ago", "Harbour", "You played it 3 times in this week of 2025"),
        ("year_ago", "Lantern", "You played it twice in this week of 2025"),
        ("year_ago", "Tide", "You played it 4 times in this week of 2024"),
    ]


def test_a_song_of_several_years_is_listed_under_the_one_with_most_plays_else_the_latest(alice: Account) -> None:
    played(alice, "Twice", "2025-11-18T10:00", 2)
    played(alice, "Twice", "2024-11-19T10:00", 5)
    played(alice, "Even", "2020-11-19T10:00", 1)
    played(alice, "Even", "2025-11-19T10:00", 1)
    make(alice)
    assert items("year-ago", MONDAY) == [
        ("year_ago", "Even", "You played it once in this week of 2025"),
        ("year_ago", "Twice", "You played it 5 times in this week of 2024"),
    ]


@pytest.mark.parametrize(
    ("moment", "is_of_week"),
    [
        ("2025-11-16T22:59:59", False),  # Sunday in Berlin
        ("2025-11-16T23:00:00", True),  # Monday in Berlin
        ("2025-11-23T22:59:59", True),
        ("2025-11-23T23:00:00", False),
    ],
)
def test_weeks_begin_on_monday_where_the_listener_lives(alice: Account, moment: str, is_of_week: bool) -> None:
    played(alice, "At the edge", moment)
    make(alice)
    assert bool(items("year-ago", MONDAY)) is is_of_week


def test_skips_and_blocked_songs_are_left_out_and_an_artist_has_at_most_four_songs(alice: Account) -> None:
    played(alice, "Skipped", "2025-11-18T10:00", 3, ms=29_999)
    played(alice, "Blocked", "2025-11-18T10:00", 3)
    for number in range(6):
        played(alice, f"Of one {number}", "2025-11-19T10:00", 6 - number, artist="Pale Harbour")
    (track_id,) = row("SELECT id FROM track WHERE name = 'Blocked'") or (0,)
    set_verdict(alice.id, "track", track_id, "block")
    rows("UPDATE recommendation_feedback SET at = '2026-11-01' RETURNING id")
    make(alice, rebuild=True)
    assert [name for _, name, _ in items("year-ago", MONDAY)] == [f"Of one {number}" for number in range(4)]


def test_week_53_is_the_last_week_of_years_that_have_52() -> None:
    assert date(2026, 12, 28).isocalendar()[:2] == (2026, 53)
    assert same_week(date(2026, 12, 28), 2025) == date(2025, 12, 22)
    assert same_week(date(2026, 12, 28), 2020) == date(2020, 12, 28)
