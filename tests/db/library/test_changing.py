"""Accounts store plays of known music at the same time; who changes music that they share is alone."""

from threading import Event

from collect.recent import store_recent
from db.engine.changing import beside_others, wait_to_be_alone, wait_to_change_own_library
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from music import Artist, Play, Track
from people.accounts import account_named
from tests.collect.histories import NOON
from tests.db.engine.test_locks import elsewhere

KNOWN = Track("Known", (Artist("Somebody", "1" * 22),), uri="spotify:track:" + "1" * 22)
NEW = Track("New", (Artist("Somebody", "1" * 22),), uri="spotify:track:" + "2" * 22)
PLAYED = "SELECT name FROM play JOIN track ON track.id = track_id WHERE account_id = %s"


def stored(account_id: int, track: Track) -> None:
    beside_others(lambda: store_recent(account_id, [Play(NOON, track)], page_is_full=False))


def test_plays_of_known_music_wait_for_nobody_and_those_of_new_music_are_stored_alone(database_url: str) -> None:
    with connected():
        ensure_accounts(["alice", "bob", "carol"], "UTC")
        alice, bob, carol = (account_named(name).id for name in ("alice", "bob", "carol"))
        stored(alice, KNOWN)
        known = Event()

        def store_bobs() -> None:
            stored(bob, KNOWN)
            known.set()

        def storing() -> None:
            wait_to_change_own_library()
            with elsewhere(store_bobs):
                assert known.wait(120)

        beside_others(storing)
        assert rows(PLAYED, bob) == [("Known",)]
        stored(carol, NEW)
        assert rows(PLAYED, carol) == [("New",)]


def test_who_needs_to_be_alone_after_all_starts_again(database_url: str) -> None:
    times: list[int] = []

    def change() -> int:
        times.append(1)
        wait_to_change_own_library()
        wait_to_be_alone()
        return len(times)

    with connected():
        assert beside_others(change) == 2
