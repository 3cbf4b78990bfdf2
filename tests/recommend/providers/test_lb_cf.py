"""ListenBrainz's recommendations are proposed in its order, without songs that the listener knows."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from recommend.listening.candidates import Candidate, Kind
from recommend.listening.names import song_key
from recommend.proposals.payloads import MalformedAnswer
from recommend.providers.lb_cf import candidates
from tests.recommend.contexts import Answer, answered, context, song

KNOWN = song("Heard", "A", plays=3)


def recommended(*tracks: tuple[str, str, float], to: str = "alice") -> Answer:
    """Tracks by artist, name and score."""
    every = [
        {"name": name, "artist": artist, "album": "X", "uri": None, "score": score} for artist, name, score in tracks
    ]
    return answered("listenbrainz_cf", to, every)


def test_the_order_of_listenbrainz_is_kept() -> None:
    here = context(KNOWN, own=[recommended(("B", "Two", 0.8), ("A", "One", 1.0), ("C", "Three", 0.8))])
    expected: list[tuple[Kind, str, str, float, dict[str, object]]] = [
        ("deeper", "One", "A", 1.0, {"rank": 1, "score": 1.0}),
        ("new_artist", "Two", "B", 0.5, {"rank": 2, "score": 0.8}),
        ("new_artist", "Three", "C", 0.333333333, {"rank": 3, "score": 0.8}),
    ]
    assert candidates(here, 10) == [
        Candidate(
            kind=kind, name=name, artist=artist, score=score, code="listeners_like_you",
            reason="ListenBrainz: listeners like you play this", evidence=evidence, album="X",
        )
        for kind, name, artist, score, evidence in expected
    ]  # fmt: skip
    assert [candidate.name for candidate in candidates(here, 2)] == ["One", "Two"]


def test_known_songs_are_skipped_and_others_keep_their_rank() -> None:
    own = [recommended(("A", "Heard - Radio Edit", 1.0), ("B", "Begun", 0.9), ("B", "New", 0.8))]
    (only,) = candidates(context(KNOWN, begun=[song_key("B", "Begun")], own=own), 9)
    assert (only.name, only.evidence) == ("New", {"rank": 3, "score": 0.8})


def test_of_two_accounts_the_latest_lookup_counts() -> None:
    question, key, answer = recommended(("B", "Then", 1.0), to="bob")
    before = (question, key, replace(answer, fetched_at=answer.fetched_at - timedelta(days=1)))
    for own in ([before, recommended(("B", "Now", 1.0))], [recommended(("B", "Now", 1.0)), before]):
        assert [candidate.name for candidate in candidates(context(own=own), 9)] == ["Now"]


@pytest.mark.parametrize("own", [[], [recommended()], [answered("spotify_recommendations", "today", [])]])
def test_without_recommendations_nothing_is_proposed(own: list[Answer]) -> None:
    assert candidates(context(KNOWN, own=own), 9) == []


def test_shared_cached_answers_are_ignored() -> None:
    assert candidates(context(KNOWN, cached=[recommended(("B", "New", 1.0))]), 9) == []


def test_a_malformed_cached_answer_is_reported() -> None:
    with pytest.raises(MalformedAnswer, match="cached answer of listenbrainz"):
        candidates(context(own=[answered("listenbrainz_cf", "alice", None)]), 9)
