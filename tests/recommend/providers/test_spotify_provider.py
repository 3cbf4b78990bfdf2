"""Spotify's own recommendations are proposed from an account's cache."""

from typing import Any

import pytest

from recommend.listening.candidates import Candidate
from recommend.proposals.payloads import MalformedAnswer
from recommend.providers.spotify import candidates
from tests.recommend.contexts import Answer, answered, context, song

NEW = {"name": "New", "artist": "B", "album": "First", "uri": "spotify:track:1"}
MORE = {"name": "More", "artist": "A", "album": None, "uri": "spotify:track:2"}
KNOWN = {"name": "Known - Remastered 2011", "artist": "a", "album": None, "uri": "spotify:track:3"}
HEARD = song("Known", "A", plays=3)


def today(payload: Any) -> Answer:
    return answered("spotify_recommendations", "today", payload, "spotify")


def test_spotifys_order_is_kept_and_the_reason_names_seeds() -> None:
    own = [today({"seeds": ["A", "C"], "tracks": [NEW, KNOWN, MORE]})]
    assert candidates(context(HEARD, own=own), 10) == [
        Candidate("new_artist", "New", "B", 1.0, "spotify", "Spotify: goes with A and C",
                  {"seeds": ["A", "C"], "rank": 1}, uri="spotify:track:1", album="First"),
        Candidate("deeper", "More", "A", round(1 / 3, 9), "spotify", "Spotify: goes with A and C",
                  {"seeds": ["A", "C"], "rank": 3}, uri="spotify:track:2"),
    ]  # fmt: skip
    assert len(candidates(context(HEARD, own=own), 1)) == 1


@pytest.mark.parametrize(
    ("seeds", "reason"),
    [
        (["A"], "Spotify: goes with A"),
        (["A", "B", "C", "D", "E"], "Spotify: goes with A, B and C"),
        ([], "Spotify recommends it"),
        ([None, 7, ""], "Spotify recommends it"),
        ("A", "Spotify recommends it"),
    ],
)
def test_the_reason_names_at_most_three_seeds(seeds: Any, reason: str) -> None:
    own = [today({"seeds": seeds, "tracks": [NEW]})]
    assert [proposals.reason for proposals in candidates(context(HEARD, own=own), 10)] == [reason]


@pytest.mark.parametrize(
    "own",
    [
        [],
        [today([])],
        [today({"seeds": [], "tracks": []})],
        [today({"seeds": [], "tracks": [None, 7, {"name": "without an artist"}, {**NEW, "name": " "}, KNOWN]})],
        [answered("spotify_recommendations", "yesterday", {"seeds": [], "tracks": [NEW]}, "spotify")],
    ],
    ids=["never asked", "not available", "nothing", "nothing readable", "another key"],
)
def test_there_may_be_no_recommendations(own: list[Answer]) -> None:
    assert candidates(context(HEARD, own=own), 10) == []


@pytest.mark.parametrize("payload", ["text", {}, {"tracks": {}}, 7, None])
def test_a_malformed_answer_is_reported(payload: Any) -> None:
    with pytest.raises(MalformedAnswer, match="spotify"):
        candidates(context(HEARD, own=[today(payload)]), 10)
