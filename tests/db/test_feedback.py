"""What a listener says of what is recommended."""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, datetime, timedelta

import pytest

from db.connection import connected, row
from db.feedback import Target, forget_verdict, set_verdict, verdicts
from insights.accounts import known_account
from tests.web import seed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def open_connection(database_url: str) -> Iterator[None]:
    with connected():
        yield


def version() -> int:
    found = known_account("alice")
    assert found is not None
    return found.data_version


def found(sql: str) -> int:
    (number,) = row(sql) or (0,)
    return int(number)


def in_force(account_id: int, now: datetime = NOW) -> list[tuple[object, ...]]:
    """Without when each was said."""
    return [astuple(verdict)[:-1] for verdict in verdicts(account_id, now)]


def test_each_kind_of_thing_is_told_with_its_names() -> None:
    alice, track = seed.account(), seed.known_track()
    lanterns, album = found("SELECT id FROM artist WHERE name = 'The Lanterns'"), found("SELECT id FROM album")
    unnamed = seed.track(uri="spotify:track:unnamed")
    set_verdict(alice, "track", track, "like")
    set_verdict(alice, "artist", lanterns, "block")
    set_verdict(alice, "album", album, "not_now", NOW + timedelta(days=1))
    set_verdict(alice, "track", unnamed, "dislike")
    assert in_force(alice) == [
        (track, None, None, "Paper Boats", "The Lanterns", "like", None),
        (None, lanterns, None, "The Lanterns", "The Lanterns", "block", None),
        (None, None, album, "Harbour", None, "not_now", NOW + timedelta(days=1)),
        (unnamed, None, None, "spotify:track:unnamed", None, "dislike", None),
    ]
    assert [verdict.target for verdict in verdicts(alice, NOW)] == ["track", "artist", "album", "track"]


def test_the_last_word_counts_and_is_said_once() -> None:
    alice, track = seed.account(), seed.known_track()
    set_verdict(alice, "track", track, "not_now", NOW + timedelta(days=30))
    before = version()
    set_verdict(alice, "track", track, "not_now", NOW + timedelta(days=30))
    assert version() == before
    set_verdict(alice, "track", track, "like")
    assert (version(), in_force(alice)) == (
        before + 1, [(track, None, None, "Paper Boats", "The Lanterns", "like", None)]
    )  # fmt: skip


def test_a_verdict_is_taken_back_without_harm_to_others() -> None:
    alice, bob, track = seed.account(), seed.account("bob"), seed.known_track()
    set_verdict(alice, "track", track, "like")
    set_verdict(bob, "track", track, "block")
    before = version()
    for _ in range(2):
        forget_verdict(alice, "track", track)
    assert (version(), in_force(alice)) == (before + 1, [])
    assert len(in_force(bob)) == 1


def test_not_now_ends_when_it_said() -> None:
    alice, track = seed.account(), seed.known_track()
    set_verdict(alice, "track", track, "not_now", NOW)
    assert len(in_force(alice, NOW - timedelta(milliseconds=1))) == 1
    assert in_force(alice, NOW) == []


@pytest.mark.parametrize("target", ["track", "artist", "album"])
def test_numbers_of_different_things_are_different(target: Target) -> None:
    alice = seed.account()
    seed.known_track()
    numbers: dict[Target, int] = {
        "track": found("SELECT min(id) FROM track"),
        "artist": found("SELECT min(id) FROM artist"),
        "album": found("SELECT min(id) FROM album"),
    }
    assert set(numbers.values()) == {1}
    for each, number in numbers.items():
        set_verdict(alice, each, number, "like")
    forget_verdict(alice, target, 1)
    assert [verdict.target for verdict in verdicts(alice, NOW)] == [each for each in numbers if each != target]
