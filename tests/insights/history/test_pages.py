"""The plays of an account, page by page."""

from datetime import UTC, datetime, timedelta

import pytest

from insights.answers.reading import reading
from insights.history.pages import Place, history
from music import Artist
from tests.web import seed

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def alice(database_url: str) -> int:
    """Plays at 12:00, 12:01 (three of them) and 12:02, with ids 1 to 5, each a second shorter than the one before."""
    account, track = seed.account(), seed.known_track()
    for occurrence, minute in enumerate((0, 1, 1, 1, 2)):
        seed.play(account, track, NOON + timedelta(minutes=minute), ms_played=200_000 - 1000 * occurrence)
    return account


def ids(account: int, limit: int = 50, **bounds: datetime | Place) -> list[int]:
    with reading():
        return [play.id for play in history(account, limit, **bounds).plays]  # type: ignore[arg-type]


def place_of(account: int, play_id: int) -> Place:
    with reading():
        return next(play.position for play in history(account, 50).plays if play.id == play_id)


def test_the_newest_come_first_and_of_those_that_ended_together_the_one_that_began_last(alice: int) -> None:
    assert ids(alice) == [5, 4, 3, 2, 1]


def test_a_play_is_a_row_with_all_artists_in_their_order(alice: int) -> None:
    with reading():
        (play,) = history(alice, 1).plays
    assert (play.played_at, play.id, play.ms_played) == (NOON + timedelta(minutes=2), 5, 196_000)
    assert play.known_track().artists == (Artist("The Lanterns", seed.LANTERNS), Artist("A Guest"))
    assert play.source == "extended"
    assert (play.known_track().name, play.known_track().album_name) == ("Paper Boats", "Harbour")


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
def test_pages_of_any_size_contain_every_play_once(alice: int, limit: int) -> None:
    collected: list[int] = []
    before = None
    while True:
        with reading():
            page = history(alice, limit, before=before)
        collected += [play.id for play in page.plays]
        if page.next is None:
            break
        assert len(page.plays) == limit
        before = page.next
    assert collected == [5, 4, 3, 2, 1]


def test_a_period_has_its_start_and_not_its_end(alice: int) -> None:
    later = NOON + timedelta(minutes=1)
    assert ids(alice, start=later) == [5, 4, 3, 2]
    assert ids(alice, end=later) == [1]
    assert ids(alice, start=later, end=later + timedelta(milliseconds=1)) == [4, 3, 2]
    assert ids(alice, start=later + timedelta(milliseconds=1)) == [5]
    assert ids(alice, start=later, end=later) == []


def test_a_place_outside_the_period_shows_no_plays_outside_it(alice: int) -> None:
    later = NOON + timedelta(minutes=1)
    assert ids(alice, end=later, before=place_of(alice, 5)) == [1]
    assert ids(alice, start=later, before=place_of(alice, 3)) == [2]


def test_an_unknown_account_has_no_history(alice: int) -> None:
    assert ids(alice + 1) == []
