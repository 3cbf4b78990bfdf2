"""What is new to a listener is what is not in the library, each song once, best first."""

import pytest

from recommend.listening.candidates import Candidate
from recommend.listening.names import song_key
from recommend.proposals.novelty import best_new, is_known, kind_of_new
from tests.recommend.contexts import context, song


def proposed(name: str, score: float, artist: str = "A", uri: str | None = None) -> Candidate:
    return Candidate("deeper", name, artist, score, "code", f"Because of {score}", uri=uri)


def test_equals_are_ordered_by_key_and_known_songs_are_skipped() -> None:
    here = context(song("Heard"), begun=[song_key("A", "Begun")])
    result = [proposed(name, 1.0) for name in ("Z", "Heard - Remastered 2011", "Y", "BEGUN")] + [proposed("X", 2.0)]
    assert [candidate.name for candidate in best_new(here, result, 9)] == ["X", "Y", "Z"]
    assert [candidate.name for candidate in best_new(here, reversed(result), 2)] == ["X", "Y"]


def test_the_best_candidate_of_a_song_is_kept_preferably_playable() -> None:
    result = [proposed("T", 1.0), proposed("T (feat. B)", 2.0), proposed("T", 2.0, uri="spotify:track:1")]
    assert best_new(context(), result, 9) == [result[2]]
    assert best_new(context(), result[::-1], 9) == [result[2]]


def test_a_song_played_under_another_name_is_in_the_library() -> None:
    here = context(song("Heard", uri="spotify:track:1"))
    assert best_new(here, [proposed("Also called", 1.0, uri="spotify:track:1")], 9) == []


@pytest.mark.parametrize("limit", [0, -1])
def test_without_places_no_song_is_proposed(limit: int) -> None:
    assert best_new(context(), [proposed("T", 1.0)], limit) == []


def test_an_artist_heard_twice_is_new_and_one_heard_three_times_is_known() -> None:
    here = context(song("T", "Björk", plays=2), song("T", "B", plays=1), song("S", "B", plays=2))
    assert (is_known(here, "bjork"), is_known(here, "b"), is_known(here, "c")) == (False, True, False)
    assert [kind_of_new(here, name) for name in ("BJÖRK", "B", "C")] == ["new_artist", "deeper", "new_artist"]


def test_an_artist_is_known_by_plays_of_long_ago_too() -> None:
    here = context(song("T", "B"), faint={"b": 2, "c": 3, "d": 2})
    assert [is_known(here, key) for key in "bcd"] == [True, True, False]
