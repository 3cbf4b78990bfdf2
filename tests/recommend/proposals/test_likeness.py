"""Likeness is summed over seeds and services, whatever the order of the answers."""

from math import isclose, log1p
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from recommend.proposals.likeness import Like, alike
from recommend.proposals.payloads import Similar, similar_artists
from tests.recommend.contexts import Answer, answered, shelf
from tests.recommend.made_up import ARTIST_KEYS, MANY, caches


def like(seed: str, service: str = "lastfm", **scores: float) -> Answer:
    every = [{"name": name, "mbid": None, "score": score} for name, score in scores.items()]
    return answered("similar_artists", seed, every, service)


def alike_to(plays: dict[str, float], answers: list[Answer]) -> list[Like[Similar]]:
    return alike(plays, shelf(answers)("similar_artists", list(plays)), similar_artists)


def test_seeds_are_ordered_by_importance() -> None:
    result = alike_to({"a": 1.0, "b": 3.0, "c": 0.0}, [like("a", X=1.0), like("b", X=1.0), like("c", X=1.0, Y=1.0)])
    assert result == [
        Like(Similar("X", None, 1.0, ("lastfm",)), log1p(3) + log1p(1), ["b", "a", "c"], ["lastfm"]),
        Like(Similar("Y", None, 1.0, ("lastfm",)), 0.0, ["c"], ["lastfm"]),
    ]


def test_equally_important_seeds_are_ordered_by_key() -> None:
    (result,) = alike_to({"b": 2.0, "a": 2.0}, [like("b", X=0.5), like("a", "listenbrainz", X=0.5)])
    assert (result.seeds, result.services) == (["a", "b"], ["lastfm", "listenbrainz"])


def test_a_seed_is_not_similar_to_itself_but_may_be_to_another() -> None:
    result = alike_to({"a": 1.0, "b": 1.0}, [like("a", A=1.0, B=0.5), like("b", B=1.0)])
    assert [(match.item.key, match.seeds) for match in result] == [("b", ["a"])]


def test_answers_about_other_artists_do_not_count() -> None:
    assert alike({"a": 1.0}, {"b": [like("b", X=1.0)[2]]}, similar_artists) == []
    assert alike({}, {"b": [like("b", X=1.0)[2]]}, similar_artists) == []


@MANY
@given(
    st.dictionaries(st.sampled_from(ARTIST_KEYS), st.floats(0, 1000), min_size=1),
    caches("similar_artists"),
    st.randoms(use_true_random=False),
)
def test_the_score_is_the_sum_over_services_and_seeds(
    plays: dict[str, float], answers: list[Answer], chance: Random
) -> None:
    parsed = [(key, cached.service, similar_artists(cached)) for _, key, cached in answers if key in plays]
    services_per_seed = {seed: sum(1 for key, _, items in parsed if key == seed and items) for seed in plays}
    result = alike_to(plays, answers)
    for match in result:
        shares = [
            (seed, service, log1p(plays[seed]) * item.score / services_per_seed[seed])
            for seed, service, items in parsed
            for item in items
            if item.key == match.item.key and seed != item.key
        ]
        assert isclose(match.score, sum(share for _, _, share in shares), abs_tol=1e-12)
        assert set(match.seeds) == {seed for seed, _, _ in shares}
        assert list(match.services) == sorted({service for _, service, _ in shares})
    named = {(seed, item.key) for seed, _, items in parsed for item in items if item.key != seed}
    assert {(seed, match.item.key) for match in result for seed in match.seeds} == named
    chance.shuffle(answers)
    assert alike_to(dict(reversed(plays.items())), answers) == result
