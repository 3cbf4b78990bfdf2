"""Which track of the catalogue a recommended track is, and what it is called there."""

from collections.abc import Iterator

import pytest

from db.engine.connection import connected, row, rows
from db.lists.recommendations import BaselineItem
from db.lists.recommended_music import track_ids
from tests import library
from tests.web import seed

pytestmark = pytest.mark.usefixtures("database_url")
OTHER = "spotify:track:0000000000000000000000"


@pytest.fixture
def alice(database_url: str) -> Iterator[int]:
    with connected():
        yield seed.account()


def report(account_id: int, track_id: int, name: str, artist: str = "The Lanterns") -> None:
    """An account's export names a track that it has heard."""
    seed.insert(
        "reported_track", account_id=account_id, track_id=track_id, name=name, artist_name=artist,
        last_played_at="2026-01-01Z",
    )  # fmt: skip
    library.hear(account_id, track_id)


def found_track_id(account_id: int, name: str, uri: str | None = None, artist: str = "The Lanterns") -> int:
    (track_id,) = track_ids(account_id, [BaselineItem("deeper", 1, "", name, artist, uri=uri)])
    return track_id


def name_of(track_id: int) -> tuple[object, ...] | None:
    return row("SELECT name, artist_name FROM track WHERE id = %s", track_id)


def test_a_named_track_is_the_one_with_these_names_in_the_library(alice: int) -> None:
    mine = seed.track()
    report(alice, mine, "Paper Boats")
    seed.track(uri=OTHER, name="Paper Boats", artist_name="The Lanterns")
    assert found_track_id(alice, "PAPER  BOATS", artist="the lanterns") == mine


def test_a_track_named_only_in_anothers_export_is_not_found_by_its_names(alice: int) -> None:
    bobs = seed.track()
    report(seed.account("bob"), bobs, "Paper Boats")
    assert found_track_id(alice, "Paper Boats") != bobs


def test_names_from_services_are_public_and_names_from_exports_private(alice: int) -> None:
    track, bob = seed.track(), seed.account("bob")
    report(bob, track, "Wrong", "Somebody Else")
    assert found_track_id(alice, "Paper Boats", seed.HARBOUR) == track
    assert name_of(track) == ("Paper Boats", "The Lanterns")
    assert rows("SELECT name, artist_name FROM account_track WHERE account_id = %s", bob) == [
        ("Wrong", "Somebody Else")
    ]


def test_the_listeners_own_name_for_a_track_stays_private(alice: int) -> None:
    track = seed.track()
    report(alice, track, "Mine")
    assert track_ids(alice, [BaselineItem("deeper", 1, "", "Mine", "The Lanterns", track, seed.HARBOUR)]) == [track]
    assert name_of(track) == (None, None)


def test_a_new_track_is_saved_once_and_found_again(alice: int) -> None:
    by_uri, by_names = found_track_id(alice, "Paper Boats", OTHER), found_track_id(alice, "Echo")
    assert (found_track_id(alice, "Paper Boats", OTHER), found_track_id(alice, "echo")) == (by_uri, by_names)
    assert found_track_id(alice, "paper boats") == by_uri
    assert found_track_id(alice, "Echo", seed.HARBOUR) not in {by_uri, by_names}  # which can be played


def test_a_track_from_anothers_export_is_shared_once_a_service_names_it(alice: int) -> None:
    bobs = seed.track(uri=None, name="Paper Boats", artist_name="The Lanterns")
    report(seed.account("bob"), bobs, "Paper Boats")
    assert found_track_id(alice, "Paper Boats") == bobs
    assert found_track_id(alice, "paper boats") == bobs


def test_of_several_artists_with_one_name_none_is_chosen(alice: int) -> None:
    one = seed.insert("artist", name="The Lanterns", spotify_id="1")
    credit = "SELECT artist_id FROM track_artist WHERE track_id = %s"
    assert row(credit, found_track_id(alice, "Paper Boats")) == (one,)
    other = seed.insert("artist", name="The Lanterns", spotify_id="2")
    assert row(credit, found_track_id(alice, "Echo")) not in [(one,), (other,)]
