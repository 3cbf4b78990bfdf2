"""Which of the songs that a listener plays now are shown again on the next nights."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from recommend.choosing.engine import Wishes, make_list
from recommend.choosing.picking import SELDOM_PLAYED
from recommend.choosing.repeats import FAVOURITES
from recommend.choosing.slots import limits
from recommend.listening.songs import Song
from recommend.providers import Provider, rotation
from tests.recommend.contexts import TODAY, context, song

ROTATION = Provider("rotation", rotation.candidates)


def listed(songs: Sequence[Song], shown: Mapping[str, Sequence[date]]) -> list[str]:
    made = make_list(context(*songs, shown=shown), Wishes(0.0), {}, [ROTATION])
    return [each.name for each in made.items]


def played(count: int, ago: float) -> list[Song]:
    """Songs by as many artists, of which the first ones were played most; all last heard `ago` days ago."""
    return [song(f"Song {number:02}", f"Artist {number}", plays=2 + count - number, ago=ago) for number in range(count)]


def days_ago(*days: int) -> list[date]:
    return [TODAY - timedelta(days=ago) for ago in days]


def test_the_songs_you_play_most_stay_while_others_take_turns() -> None:
    songs = played(60, ago=1.5)
    first = listed(songs, {})
    second = listed(songs, {each.key: days_ago(2) for each in songs if each.name in first})
    assert len(first) == len(second) == limits(0.0)["rotation"]
    assert first[:FAVOURITES] == second[:FAVOURITES]
    assert not set(first[-5:]) & set(second)
    assert len(set(second) - set(first)) >= 5


def test_a_song_that_was_not_heard_since_it_was_shown_keeps_its_place() -> None:
    songs = played(60, ago=2.5)
    first = listed(songs, {})
    second = listed(songs, {each.key: days_ago(2) for each in songs if each.name in first})
    assert set(first[:18]) < set(second)


def test_after_two_weeks_it_does_not_matter_what_was_shown() -> None:
    songs = played(60, ago=1.5)
    assert listed(songs, {each.key: days_ago(15) for each in songs[:30]}) == listed(songs, {})


def test_songs_are_listed_in_the_order_of_how_much_you_play_them_now() -> None:
    songs = played(60, ago=1.5)
    names = listed(songs, {each.key: days_ago(2) for each in songs[4:13]})
    assert names == sorted(names)


def test_only_some_songs_of_a_list_were_played_just_once_lately() -> None:
    once = [song(f"Once {number}", f"Artist {number}", ago=1 + number / 10) for number in range(40)]
    assert len(listed(once, {})) == SELDOM_PLAYED
