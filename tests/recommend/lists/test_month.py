"""The month in review has last month's most played songs, those first heard, and those that returned."""

from datetime import date

from people.accounts import Account
from tests.recommend.lists.playing import items, make, played

FIRST = date(2026, 11, 1)


def test_a_review_has_the_most_played_songs_then_the_new_and_the_returned_ones(alice: Account) -> None:
    for number in range(14):
        played(alice, f"Top {number:02}", "2026-10-10T10:00", 20 - number)
    played(alice, "New", "2026-10-20T10:00", 3)
    played(alice, "Returned", "2026-03-01T10:00")
    played(alice, "Returned", "2026-10-20T10:00", 2)
    played(alice, "Usual", "2026-09-20T10:00")
    played(alice, "Usual", "2026-10-20T10:00", 4)
    played(alice, "Old", "2026-09-20T10:00", 5)
    played(alice, "November", "2026-10-31T23:00", 5)  # midnight in Berlin
    make(alice)
    review = items("month", FIRST)
    assert review[0] == ("most_played", "Top 00", "You played it 20 times in October 2026")
    assert [kind for kind, _, _ in review] == ["most_played"] * 14 + ["first_heard", "returned"]
    assert review[14:] == [
        ("first_heard", "New", "You played it for the first time in October 2026, 3 times that month"),
        ("returned", "Returned", "You played it twice in October 2026, for the first time since March 2026"),
    ]


def test_a_song_heard_under_another_id_before_is_not_first_heard(alice: Account) -> None:
    for number in range(14):
        played(alice, f"Top {number:02}", "2026-10-10T10:00", 20 - number)
    played(alice, "Song", "2026-08-20T10:00", artist="The Lanterns")
    played(alice, "SONG", "2026-10-20T10:00", artist="The Lanterns")
    make(alice)
    assert len(items("month", FIRST)) == 14


def test_each_month_has_its_own_review_and_keeps_it(alice: Account) -> None:
    played(alice, "September", "2026-09-10T10:00", 2)
    make(alice, date(2026, 10, 31))
    played(alice, "October", "2026-10-10T10:00")
    played(alice, "Late", "2026-09-11T10:00", 5)
    make(alice, date(2026, 11, 1))
    assert [name for _, name, _ in items("month", date(2026, 10, 1))] == ["September"]
    assert [name for _, name, _ in items("month", FIRST)] == ["October"]
