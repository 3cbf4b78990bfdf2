"""Artists similar to those the listener loves are proposed with their best known tracks."""

from collections.abc import Mapping, Sequence
from math import log1p, sqrt

import pytest

from recommend.listening.candidates import Candidate
from recommend.listening.names import song_key
from recommend.listening.songs import Song
from recommend.proposals.payloads import MalformedAnswer
from recommend.providers.similar_artist import candidates
from tests.recommend.contexts import Answer, answered, context, song

A, B = song("Song", "A", ago=[180] * 6), song("Song", "B", ago=[180] * 2)  # worth three recent plays, and one


def like(seed: str, service: str = "listenbrainz", **scores: float) -> Answer:
    every = [{"name": name, "mbid": None, "score": score} for name, score in scores.items()]
    return answered("similar_artists", seed, every, service)


def plays(artist: str, service: str = "listenbrainz", **popularity: float) -> Answer:
    """The artist's tracks, each with its popularity."""
    every = [
        {"name": name, "artist": artist, "album": None, "uri": f"spotify:track:{name}", "popularity": share}
        for name, share in popularity.items()
    ]
    return answered("artist_tracks", artist.lower(), every, service)


def scores(*answers: Answer, songs: Sequence[Song] = (A, B)) -> Mapping[str, float]:
    return {candidate.artist: candidate.score for candidate in candidates(context(*songs, cached=answers), 99)}


def test_an_artist_similar_to_two_others_is_proposed() -> None:
    here = context(
        A, B, cached=[like("a", C=0.5), like("b", "lastfm", C=1.0), plays("C", Hit=1.0, Deep=0.25)]
    )  # fmt: skip
    score = (log1p(3) * 0.5 + log1p(1)) / sqrt(2)
    assert candidates(here, 10) == [
        Candidate(
            kind="new_artist", name=name, artist="C", score=round(score * popularity, 9), code="similar_artist",
            reason="Fans of A and B play C", evidence={"artists": ["a", "b"], "services": ["lastfm", "listenbrainz"]},
            uri=f"spotify:track:{name}",
        )
        for name, popularity in [("Hit", 1.0), ("Deep", 0.25)]
    ]  # fmt: skip
    assert [candidate.name for candidate in candidates(here, 1)] == ["Hit"]


def test_the_reason_names_the_most_important_seeds() -> None:
    many = [song("Song", name, ago=[180] * 2 * plays) for name, plays in [("D", 1), ("A", 3), ("E", 2)]]
    here = context(*many, cached=[*(like(seed, C=1.0) for seed in "ade"), plays("C", Hit=1.0)])
    assert [candidate.reason for candidate in candidates(here, 9)] == ["Fans of A and E play C"]
    here = context(*many, cached=[like("d", C=1.0), plays("C", Hit=1.0)])
    assert [candidate.reason for candidate in candidates(here, 9)] == ["Fans of D play C"]


def test_an_artist_low_in_every_list_does_not_outrank_the_first_of_one() -> None:
    result = scores(
        like("a", Hub=0.6, Own=1.0), like("b", Hub=0.6), plays("Hub", One=1.0), plays("Own", Two=1.0)
    )  # fmt: skip
    assert list(result) == ["Own", "Hub"]


def test_two_services_answers_about_a_seed_count_as_one() -> None:
    cached = [plays("C", Hit=1.0), plays("D", Deep=1.0)]
    result = scores(like("a", C=1.0, D=0.8), like("a", "lastfm", D=0.8), *cached)
    assert result == {"D": round(log1p(3) * 0.8, 9), "C": round(log1p(3) * 0.5, 9)}


def test_an_artist_heard_twice_is_still_new_and_only_unheard_tracks_are_proposed() -> None:
    cached = [like("a", B=1.0), plays("B", Song=1.0, Begun=0.9, Next=0.5)]
    here = context(A, B, begun=[song_key("B", "Begun")], cached=cached)
    assert [(candidate.artist, candidate.name) for candidate in candidates(here, 9)] == [("B", "Next")]
    assert candidates(context(A, song("Song", "B", plays=3), cached=cached), 9) == []


def test_at_most_three_tracks_of_an_artist_are_proposed_the_best_known_first() -> None:
    cached = [like("a", C=1.0), plays("C", One=0.1, Two=0.2, Three=0.3, Four=0.4)]
    assert [candidate.name for candidate in candidates(context(A, cached=cached), 99)] == ["Four", "Three", "Two"]


def test_only_the_hundred_best_artists_are_considered() -> None:
    names = {f"N{number}": number / 120 for number in range(1, 121)}
    cached = [like("a", "listenbrainz", **names), *(plays(name, Hit=1.0) for name in names)]
    proposals = [candidate.artist for candidate in candidates(context(A, cached=cached), 200)]
    assert proposals == [f"N{number}" for number in range(120, 20, -1)]


def test_tracks_on_which_the_artist_is_a_guest_are_skipped() -> None:
    every = [
        {"name": "Theirs", "artist": "A", "album": None, "uri": None, "popularity": 1.0},
        {"name": "Own", "artist": "ÇÉ", "album": "X", "uri": None, "popularity": 0.5},
    ]
    here = context(A, cached=[like("a", Çé=1.0), answered("artist_tracks", "ce", every)])
    assert [(candidate.artist, candidate.name, candidate.album) for candidate in candidates(here, 9)] == [
        ("ÇÉ", "Own", "X")
    ]


def test_expired_answers_are_still_used() -> None:
    stale = answered("similar_artists", "a", [{"name": "C", "mbid": None, "score": 1.0}], stale=True)
    assert [candidate.artist for candidate in candidates(context(A, cached=[stale, plays("C", Hit=1.0)]), 9)] == ["C"]


@pytest.mark.parametrize(
    ("songs", "cached"),
    [
        ([], [like("a", C=1.0), plays("C", Hit=1.0)]),
        ([A], []),
        ([A], [like("a", C=1.0)]),
        ([A], [plays("C", Hit=1.0)]),
        ([A], [like("b", C=1.0), plays("C", Hit=1.0)]),
        ([A], [like("a", C=1.0), plays("D", Hit=1.0)]),
        ([A], [like("a"), plays("C", Hit=1.0)]),
        ([B], [like("b", B=1.0), plays("B", Hit=1.0)]),
    ],
    ids=[
        "nothing heard", "nothing cached", "no tracks", "no artists", "another seed", "another artist's tracks",
        "nobody is like it", "only itself",
    ],
)  # fmt: skip
def test_there_is_no_artist_to_propose(songs: Sequence[Song], cached: Sequence[Answer]) -> None:
    assert candidates(context(*songs, cached=cached), 9) == []


@pytest.mark.parametrize("question", ["similar_artists", "artist_tracks"])
def test_a_malformed_cached_answer_is_reported(question: str) -> None:
    key = "a" if question == "similar_artists" else "c"
    with pytest.raises(MalformedAnswer, match="cached answer of lastfm"):
        candidates(context(A, cached=[like("a", C=1.0), answered(question, key, "?", "lastfm")]), 9)
