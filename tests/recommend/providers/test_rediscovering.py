"""Rediscovered songs are known to the listener and unheard for four weeks, each with a true reason."""

import json
from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.listening.songs import Song
from recommend.providers import begun_album, forgotten, heard_once, obsession, only_song, other_years, resting, rotation
from tests.recommend.contexts import TODAY, context, song
from tests.recommend.made_up import MANY, Propose, libraries
from web.languages.rediscovery_reasons import SENTENCES

PROVIDERS = [each.candidates for each in (begun_album, heard_once, obsession, only_song, other_years, resting)]
NOW = song("Now", "Z", ago=0.5)  # so that ages count back from now
A_YEAR = 364.0


@MANY
@pytest.mark.parametrize("propose", PROVIDERS, ids=lambda propose: propose.__module__.rpartition(".")[2])
@given(songs=libraries(), limit=st.integers(0, 12), chance=st.randoms(use_true_random=False))
def test_every_rediscovered_song_has_rested_for_four_weeks(
    propose: Propose, songs: list[Song], limit: int, chance: Random
) -> None:
    here = context(*songs)
    proposals = propose(here, limit)
    keys = [each.key for each in proposals]
    assert len(set(keys)) == len(keys) <= limit
    assert {each.kind for each in proposals} <= {"rediscover"}
    assert proposals == sorted(proposals, key=lambda each: -each.score)
    for each in proposals:
        assert here.last
        assert here.songs_by_key[each.key].last < here.last - timedelta(days=28)
        assert any(pattern.fullmatch(each.reason) for pattern, _ in SENTENCES), each.reason
        json.dumps(each.evidence, allow_nan=False)
    chance.shuffle(songs)
    assert propose(context(*songs), limit) == proposals


def reasons(propose: Propose, *songs: Song, faint: dict[str, int] | None = None) -> list[tuple[str, str]]:
    return [(each.name, each.reason) for each in propose(context(NOW, *songs, faint=faint), 10)]


def test_a_habit_rests_from_the_fifth_week_until_it_is_forgotten() -> None:
    songs = [
        song("Habit", plays=5, ago=35),
        song("Still played", plays=5, ago=27),
        song("Forgotten", plays=5, ago=62),
        song("Twice", plays=2, ago=35),
        song("One day", ago=[35.0, 35.001, 35.002]),
    ]
    assert reasons(resting.candidates, *songs) == [("Habit", "5 plays, the last one 5 weeks ago")]


def test_songs_heard_once_are_proposed_again_while_their_artist_is_loved() -> None:
    songs = [
        song("Once", ago=40),
        song("Loved", plays=9, ago=1),
        song("Twice", ago=[60, 61]),
        song("Often", plays=3, ago=40),
        song("By another", "B", ago=40),
    ]
    assert reasons(heard_once.candidates, *songs) == [
        ("Once", "You played it once, and A 9 times this month"),
        ("Twice", "You played it twice, and A 9 times this month"),
    ]


def test_the_rest_of_an_album_that_is_played_is_proposed_again() -> None:
    songs = [
        song("Left", "A", "Harbour", ago=40), song("Played", "A", "Harbour", plays=4, ago=2),
        song("Other", "A", "Harbour", ago=32), song("Elsewhere", "A", "Island", ago=40),
    ]  # fmt: skip
    reason = "You played songs of Harbour 4 times this month, but not this one"
    assert reasons(begun_album.candidates, *songs) == [("Other", reason), ("Left", reason)]
    assert reasons(begun_album.candidates, *songs[:2]) == [], "two songs are no album"


def test_a_song_of_this_time_of_year_comes_back() -> None:
    songs = [
        song("Every November", ago=[A_YEAR, A_YEAR + 3, 2 * A_YEAR]),
        song("Summer", ago=[A_YEAR - 120, A_YEAR - 121]),
        song("Loved now", plays=3),
    ]
    assert reasons(other_years.candidates, *songs) == [
        ("Every November", "You played it 3 times at this time of year before")
    ]


def test_after_a_silence_the_season_is_that_of_today() -> None:
    songs = [song("Then", ago=[A_YEAR + 60, A_YEAR + 61]), song("Last", plays=3, ago=60)]
    assert other_years.candidates(context(*songs), 10) == []


@pytest.mark.parametrize(("in_a_week", "names"), [(4, []), (5, ["Obsession"])])
def test_a_song_played_again_and_again_within_a_week_was_an_obsession(in_a_week: int, names: Sequence[str]) -> None:
    songs = [song("Obsession", ago=[100 + hour / 24 for hour in range(in_a_week)]), song("Loved now", plays=3)]
    proposals = reasons(obsession.candidates, *songs)
    assert [name for name, _ in proposals] == names
    assert [reason for _, reason in proposals] == ["You played it 5 times within a week, around August 2026"] * len(
        names
    )


def test_a_liked_song_is_proposed_again_if_it_is_almost_all_one_knows_of_its_artist() -> None:
    songs = [song("Hit", "B", plays=4, ago=90), song("Other", "B", ago=400), song("Alone", "C", plays=3, ago=100)]
    assert reasons(only_song.candidates, *songs) == [
        ("Hit", "It is one of the 2 songs of B that you know: 4 plays"),
        ("Alone", "It is the only song of C that you know: 3 plays"),
    ]
    assert reasons(only_song.candidates, songs[2], faint={"c": 20}) == [], "more was played long ago"


@MANY
@given(libraries(), st.sampled_from([0, 30, 59, 60, 61, 90, 1000]))
def test_rotation_and_forgotten_songs_never_overlap_even_after_a_silence(songs: list[Song], silence: int) -> None:
    here = context(*songs, today=TODAY + timedelta(days=silence))
    missed = {each.key for each in forgotten.candidates(here, 200)}
    assert missed.isdisjoint(each.key for each in rotation.candidates(here, 200))
    assert missed.isdisjoint(each.key for each in resting.candidates(here, 200))
