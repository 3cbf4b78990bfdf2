"""Which artists and songs other services are asked about."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.listening.context import Context
from recommend.proposals.payloads import MalformedAnswer
from recommend.proposals.seeds import Seeds, seeds
from tests.recommend.contexts import Answer, answered, context, song


def fans(*loved: int, cached: Sequence[Answer] = ()) -> Context:
    """A listener who played one song of each of the artists "a0", "a1" … this many times in the last days."""
    return context(
        *(song(f"s{number}", f"a{number}", plays=plays, ago=0.5) for number, plays in enumerate(loved)), cached=cached
    )


def names(selected: Seeds) -> list[str]:
    return [artist.name for artist in selected.artists]


def similar(to: str, *artists: str) -> Answer:
    return answered("similar_artists", to, [{"name": name, "mbid": None, "score": 0.5} for name in artists])


def test_without_plays_there_are_no_seeds() -> None:
    assert seeds(context()) == Seeds([], [])


def test_the_most_loved_comes_first() -> None:
    seeds_of_fans = seeds(fans(2, 9, 4))
    assert names(seeds_of_fans) == ["a1", "a2", "a0"]
    assert [seed.name for seed in seeds_of_fans.songs] == ["s1", "s2", "s0"]


def test_equals_come_in_the_order_of_their_keys() -> None:
    assert names(seeds(fans(3, 3, 3))) == ["a0", "a1", "a2"]


def test_without_similar_artists_every_fifth_seed_comes_from_lower_ranks() -> None:
    seeds_of_fans = seeds(fans(*range(100, 0, -1)))
    expected = [number for start in range(8) for number in (*range(start * 4, start * 4 + 4), 40 + start)]
    assert names(seeds_of_fans) == [f"a{number}" for number in expected]
    songs = [number for start in range(6) for number in (*range(start * 4, start * 4 + 4), 30 + start)]
    assert [seed.name for seed in seeds_of_fans.songs] == [f"s{number}" for number in songs]


def test_a_fifth_of_the_seeds_differs_from_the_top_artists() -> None:
    """Of 60 artists, the service calls 49 similar to the first, so those 50 are one taste."""
    alike = similar("a0", *(f"a{number}" for number in range(1, 50)))
    seeds_of_fans = seeds(fans(*range(100, 40, -1), cached=[alike]))
    expected = [number for start in range(8) for number in (*range(start * 4, start * 4 + 4), 50 + start)]
    assert names(seeds_of_fans) == [f"a{number}" for number in expected]
    assert [seed.artist for seed in seeds_of_fans.songs] == [f"a{number}" for number in expected[:30]]


def test_a_loved_artist_of_another_taste_moves_up_at_most_one_place() -> None:
    alike = similar("a0", "a3", "a4", "a6", "a7", "a8", "a9")
    assert names(seeds(fans(*range(50, 40, -1), cached=[alike]))) == [f"a{n}" for n in (0, 1, 2, 3, 5, 4, 6, 7, 8, 9)]


def test_without_another_taste_all_seeds_are_of_the_main_one() -> None:
    alike = similar("a0", *(f"a{number}" for number in range(60)))
    assert names(seeds(fans(*range(100, 40, -1), cached=[alike]))) == [f"a{number}" for number in range(40)]


def test_an_empty_answer_counts_as_no_answer() -> None:
    assert names(seeds(fans(*range(100, 0, -1), cached=[similar("a0")])))[4] == "a40"


def test_a_malformed_cached_answer_is_reported() -> None:
    with pytest.raises(MalformedAnswer, match="listenbrainz"):
        seeds(fans(1, cached=[answered("similar_artists", "a0", "nonsense")]))


@given(
    st.lists(st.integers(1, 6), max_size=70),
    st.sets(st.integers(0, 69)),
)
def test_seeds_are_unique_complete_and_a_fifth_of_another_taste(loved: list[int], alike: set[int]) -> None:
    listener = fans(*loved, cached=[similar(f"a{number}", *(f"a{each}" for each in alike)) for number in range(70)])
    seeds_of_fans = seeds(listener)
    assert len(set(names(seeds_of_fans))) == len(seeds_of_fans.artists) == min(len(loved), 40)
    assert len({seed.key for seed in seeds_of_fans.songs}) == len(seeds_of_fans.songs) == min(len(loved), 30)
    ranked = sorted(listener.artists.values(), key=lambda artist: (-round(artist.decay(180), 9), artist.key))
    main = {artist.key for artist in ranked[:5]} | {f"a{number}" for number in alike}
    if alike:
        others = sum(artist.key not in main for artist in listener.artists.values())
        assert sum(artist.key not in main for artist in seeds_of_fans.artists) >= min(
            others, len(seeds_of_fans.artists) // 5
        )
    assert seeds(listener) == seeds_of_fans
