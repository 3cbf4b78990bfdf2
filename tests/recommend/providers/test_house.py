"""How much the listeners here count among the sources of new music."""

from collections.abc import Sequence

import pytest

from recommend.choosing.engine import Wishes, make_list
from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.names import song_key
from recommend.listening.other_listeners import House, HousePlay, HouseTrack
from recommend.listening.songs import Song
from recommend.providers import Provider, house
from tests.recommend.contexts import AS_OF, context, song
from tests.recommend.providers.proposing import candidate, provider

MINE = 1  # the account of a context


def house_of(titles: Sequence[str], *, listeners: Sequence[int]) -> House:
    """A house of listeners who each play all of these songs by "A"."""
    tracks = {number: HouseTrack(number, title, "A") for number, title in enumerate(titles, 1)}
    plays = {listener: [HousePlay(100.0 * track, track) for track in tracks] for listener in listeners}
    return House.of(plays, tracks, AS_OF)


def new_songs(count: int) -> list[Song]:
    return [song(f"Song {number}", ago=10) for number in range(count)]


def titles(count: int) -> list[str]:
    return [f"Song {number}" for number in range(count)]


@pytest.mark.parametrize(
    ("new", "shared", "weight"),
    [(40, 40, 8.0), (40, 5, 2.0), (40, 0, 0.5), (19, 19, 2.0), (0, 0, 2.0)],
    ids=["all are played here", "an eighth", "none", "too few to tell", "nothing new"],
)
def test_the_house_counts_more_if_others_play_what_is_new_to_you(new: int, shared: int, weight: float) -> None:
    others = house_of(titles(shared), listeners=range(2, 8))
    assert house.weight(context(*new_songs(new), house=others)) == pytest.approx(weight)


def test_your_own_plays_and_a_single_other_listener_do_not_count() -> None:
    others = house_of(titles(40), listeners=[MINE, 2])
    assert house.weight(context(*new_songs(40), house=others)) == 0.5


def test_songs_that_you_have_known_for_long_do_not_count() -> None:
    old = [song(f"Old {number}", ago=91) for number in range(40)]
    others = house_of([f"Old {number}" for number in range(40)], listeners=range(2, 8))
    assert house.weight(context(*old, *new_songs(20), house=others)) == 0.5


def test_a_provider_may_weigh_differently_for_each_listener() -> None:
    def by_songs(listener: Context) -> float:
        return float(len(listener.songs))

    varying = Provider("one", lambda _context, _limit: [candidate("One", "B")], by_songs)
    fixed = provider("two", [candidate("Two", "C")])
    for songs, first in ((0, "Two"), (2, "One")):
        made = make_list(context(*new_songs(songs)), Wishes(), {}, [varying, fixed])
        assert made.weights == {"one": songs, "two": 1.0}
        assert made.items[0].name == first


def test_new_music_of_a_provider_keeps_its_order_through_all_kinds() -> None:
    proposed: list[Candidate] = [
        candidate("Best", "B", "new_artist"), candidate("Second", "C"), candidate("Third", "D", "new_artist"),
    ]  # fmt: skip
    made = make_list(context(song("One")), Wishes(), {}, [provider("a", proposed)])
    ranked = sorted(made.items, key=lambda item: -item.score)
    assert [item.key for item in ranked] == [
        song_key("B", "Best"), song_key("C", "Second"), song_key("D", "Third"),
    ]  # fmt: skip
