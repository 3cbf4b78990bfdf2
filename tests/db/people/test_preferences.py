"""A listener's preferences for recommendations."""

from collections.abc import Iterator

import pytest

from db.engine.connection import connected, rows
from db.people.accounts import AccountError
from db.people.preferences import Preference, change_preference, preference
from tests.web import seed


@pytest.fixture(autouse=True)
def open_connection(database_url: str) -> Iterator[None]:
    with connected():
        yield


def test_an_account_without_preferences_has_the_defaults() -> None:
    alice = seed.account()
    assert preference(alice) == Preference(None, False, None, False, None, None)
    change_preference(alice)
    assert rows("SELECT count(*) FROM recommendation_preference") == [(0,)]


def test_only_the_given_preferences_change() -> None:
    alice, bob = seed.account(), seed.account("bob")
    change_preference(alice, adventurousness=0.4, house=True)
    change_preference(bob, house=True)
    change_preference(alice, listenbrainz_user="alice lb", playlist=True)
    change_preference(alice, adventurousness=None, playlist_id="p1", playlist_written={"date": "2026-11-20"})
    assert preference(alice) == Preference(None, True, "alice lb", True, "p1", {"date": "2026-11-20"})
    change_preference(alice, adventurousness=1, listenbrainz_user=None, house=False)
    assert preference(alice) == Preference(1.0, False, None, True, "p1", {"date": "2026-11-20"})
    assert preference(bob) == Preference(house=True)


@pytest.mark.parametrize("dial", [-0.01, 1.01, float("nan"), float("inf")])
def test_an_adventurousness_out_of_range_is_refused(dial: float) -> None:
    alice = seed.account()
    with pytest.raises(AccountError, match="is a number from 0"):
        change_preference(alice, adventurousness=dial, house=True)
    assert preference(alice) == Preference()


@pytest.mark.parametrize("name", ["", " alice", "a\nb", "a\x00", "x" * 65])
def test_an_invalid_listenbrainz_name_is_refused(name: str) -> None:
    alice = seed.account()
    with pytest.raises(AccountError, match="1 to 64 printable characters"):
        change_preference(alice, listenbrainz_user=name)
