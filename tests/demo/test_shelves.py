"""The demo's listeners have playlists that show everything that pages about them can say."""

import pytest

from demo.fake_spotify import FakeSpotify
from demo.household import Member, fake_household, household
from demo.shelves import fill_shelves


@pytest.fixture(scope="module")
def members() -> tuple[Member, ...]:
    return household()


def filled(members: tuple[Member, ...]) -> FakeSpotify:
    fake = fake_household(members, "http://127.0.0.1:8000/connect/callback")
    fill_shelves(fake, members)
    return fake


def test_listeners_with_a_history_have_playlists_and_a_library(members: tuple[Member, ...]) -> None:
    fake = filled(members)
    names = {listener: [each.name for each in fake.playlists.of(listener)] for listener in fake.playlists.libraries}
    assert sorted(names) == ["alice", "bob"]
    assert names["alice"][0] == "Kitchen"
    assert names["bob"][-1] == "Kitchen"
    assert all(len(of_one) == 6 for of_one in names.values())
    library = fake.library
    assert [len(library.liked[name]) for name in names] == [85, 85]
    assert all(library.albums[name] and library.artists[name] for name in names)


def test_some_songs_can_no_longer_be_played_and_some_are_there_twice(members: tuple[Member, ...]) -> None:
    fake = filled(members)
    everything = next(each for each in fake.playlists.of("alice") if each.name == "Everything good")
    assert len(everything.uris) - len(set(everything.uris)) == 6
    assert 0 < len(fake.playlists.shelf.restricted.keys() & set(everything.uris)) < 60
    assert fake.playlists.shelf.gone


def test_a_second_start_makes_the_same_playlists(members: tuple[Member, ...]) -> None:
    first, second = filled(members), filled(members)
    assert {each.id: each.uris for each in first.playlists.by_id.values()} == {
        each.id: each.uris for each in second.playlists.by_id.values()
    }
