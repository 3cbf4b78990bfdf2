"""A listener's verdicts on recommended music."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import astuple

from db.engine.connection import connected, row
from db.lists.feedback import Target, forget_verdict, set_verdict, verdicts
from people.accounts import find_account
from tests import library
from tests.web import seed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def open_connection(database_url: str) -> Iterator[None]:
    with connected():
        yield


def version() -> int:
    account = find_account("alice")
    assert account is not None
    return account.data_version


def scalar(sql: str) -> int:
    (number,) = row(sql) or (0,)
    return int(number)


def in_force(account_id: int, now: datetime = NOW) -> list[tuple[object, ...]]:
    """The verdicts in force, without their times."""
    return [astuple(verdict)[:-1] for verdict in verdicts(account_id, now)]


def test_verdicts_on_each_kind_of_item_have_its_names() -> None:
    alice, track = seed.account(), seed.known_track()
    lanterns, album = scalar("SELECT id FROM artist WHERE name = 'The Lanterns'"), scalar("SELECT id FROM album")
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


def test_the_latest_verdict_counts_and_is_stored_once() -> None:
    alice, track = seed.account(), seed.known_track()
    set_verdict(alice, "track", track, "not_now", NOW + timedelta(days=30))
    before = version()
    set_verdict(alice, "track", track, "not_now", NOW + timedelta(days=30))
    assert version() == before
    set_verdict(alice, "track", track, "like")
    assert (version(), in_force(alice)) == (
        before + 1, [(track, None, None, "Paper Boats", "The Lanterns", "like", None)]
    )  # fmt: skip


def test_a_verdict_can_be_removed_without_affecting_others() -> None:
    alice, bob, track = seed.account(), seed.account("bob"), seed.known_track()
    set_verdict(alice, "track", track, "like")
    set_verdict(bob, "track", track, "block")
    before = version()
    for _ in range(2):
        forget_verdict(alice, "track", track)
    assert (version(), in_force(alice)) == (before + 1, [])
    assert len(in_force(bob)) == 1


def test_a_not_now_ends_at_its_time() -> None:
    alice, track = seed.account(), seed.known_track()
    set_verdict(alice, "track", track, "not_now", NOW)
    assert len(in_force(alice, NOW - timedelta(milliseconds=1))) == 1
    assert in_force(alice, NOW) == []


@pytest.mark.parametrize("target", ["track", "artist", "album"])
def test_ids_of_different_kinds_of_items_are_separate(target: Target) -> None:
    alice = seed.account()
    seed.known_track()
    numbers: dict[Target, int] = {
        "track": scalar("SELECT min(id) FROM track"),
        "artist": scalar("SELECT min(id) FROM artist"),
        "album": scalar("SELECT min(id) FROM album"),
    }
    assert set(numbers.values()) == {1}
    for each, number in numbers.items():
        set_verdict(alice, each, number, "like")
    forget_verdict(alice, target, 1)
    assert [verdict.target for verdict in verdicts(alice, NOW)] == [each for each in numbers if each != target]


def test_a_verdict_has_the_name_from_the_listeners_exports() -> None:
    alice, bob, track = seed.account(), seed.account("bob"), seed.track()
    for account_id, name in ((alice, "Mine"), (bob, "Another's")):
        seed.insert(
            "reported_track", account_id=account_id, track_id=track, name=name, artist_name="A",
            last_played_at="2026-01-01Z",
        )  # fmt: skip
        library.hear(account_id, track)
    set_verdict(alice, "track", track, "like")
    assert in_force(alice) == [(track, None, None, "Mine", "A", "like", None)]


def heard_twice(account_id: int, target: Target) -> tuple[int, int]:
    """(a row known by name only, one that Spotify described), which the account counts as one item."""
    artists = [seed.insert("artist", name="The Lanterns", spotify_id=number) for number in (None, "1")]
    albums = [
        seed.insert("album", name="Harbour", artist_id=artist, spotify_id=number)
        for artist, number in zip(artists, (None, "1"), strict=True)
    ]
    only, on_spotify = (seed.track(uri=f"spotify:track:{number}", isrc="GBAYE0601498") for number in range(2))
    seed.change(
        "UPDATE track SET name = 'Song', artist_name = 'The Lanterns', album_id = %s, fetched_at = now() WHERE id = %s",
        albums[1], on_spotify,
    )  # fmt: skip
    seed.insert("track_artist", track_id=on_spotify, position=0, artist_id=artists[1])
    seed.insert(
        "reported_track", account_id=account_id, track_id=only, name="Song", artist_name="The Lanterns",
        album_name="Harbour", last_played_at="2026-01-01Z",
    )  # fmt: skip
    library.hear(account_id, only, on_spotify)
    both = {"track": (only, on_spotify), "artist": tuple(artists), "album": tuple(albums)}[target]
    return both[0], both[1]


@pytest.mark.parametrize("target", ["track", "artist", "album"])
def test_items_that_the_library_counts_as_one_share_a_verdict(target: Target) -> None:
    alice, bob = seed.account(), seed.account("bob")
    only, on_spotify = heard_twice(alice, target)
    set_verdict(alice, target, only, "block")
    set_verdict(bob, target, only, "block")
    set_verdict(alice, target, on_spotify, "like")
    assert [verdict.verb for verdict in verdicts(alice, NOW)] == ["like"]
    forget_verdict(alice, target, only)
    assert (verdicts(alice, NOW), len(verdicts(bob, NOW))) == ([], 1)
