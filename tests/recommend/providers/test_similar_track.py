"""Tracks that services call similar to the listener's favourite songs are proposed, whoever they are by."""

from collections.abc import Sequence
from math import log1p

import pytest

from recommend.listening.candidates import Candidate
from recommend.listening.names import song_key
from recommend.listening.songs import Song
from recommend.proposals.payloads import MalformedAnswer
from recommend.providers.similar_track import candidates
from tests.recommend.contexts import Answer, answered, context, song

LOVED = song("Loved", "A", ago=[180] * 6, track_id=7)  # worth three recent plays
LIKED = song("Liked", "B", ago=[180] * 2, track_id=8)  # worth one


def next_to(seed: Song, *tracks: tuple[str, str, float], service: str = "listenbrainz") -> Answer:
    """An answer about the seed, from (artist, name, score) of each similar track."""
    every = [
        {"name": name, "artist": artist, "album": "X", "uri": None, "score": score} for artist, name, score in tracks
    ]
    return answered("similar_tracks", seed.key, every, service)


def test_a_track_similar_to_two_songs_names_the_more_important_one() -> None:
    here = context(
        LOVED,
        LIKED,
        cached=[
            next_to(LOVED, ("C", "New", 0.5), ("A", "Deep", 0.25)),
            next_to(LIKED, ("C", "New", 1.0), service="lastfm"),
        ],
    )
    evidence = {"songs": [LOVED.key], "track_ids": [7]}
    assert candidates(here, 10) == [
        Candidate(
            kind="new_artist", name="New", artist="C", score=round(log1p(3) * 0.5 + log1p(1), 9), code="similar_track",
            reason="Often played next to Loved by A", evidence=evidence | {"services": ["lastfm", "listenbrainz"]},
            album="X",
        ),
        Candidate(
            kind="deeper", name="Deep", artist="A", score=round(log1p(3) * 0.25, 9), code="similar_track",
            reason="Often played next to Loved by A", evidence=evidence | {"services": ["listenbrainz"]}, album="X",
        ),
    ]  # fmt: skip
    assert [candidate.name for candidate in candidates(here, 1)] == ["New"]


def test_an_artist_heard_twice_is_still_new() -> None:
    cached = [next_to(LOVED, ("B", "New", 1.0))]
    for heard, kind in [(2, "new_artist"), (3, "deeper")]:
        here = context(LOVED, song("Liked", "B", plays=heard), cached=cached)
        assert [candidate.kind for candidate in candidates(here, 9)] == [kind]


def test_services_answers_are_combined_and_keep_a_known_uri() -> None:
    uri = "spotify:track:11dFghVXANMlKmJXsNCbNl"
    result = [{"name": "New (feat. D)", "artist": "C", "album": None, "uri": uri, "score": 0.5}]
    cached = [next_to(LOVED, ("C", "New", 1.0)), answered("similar_tracks", LOVED.key, result, "reccobeats")]
    (only,) = candidates(context(LOVED, cached=cached), 9)
    assert (only.uri, only.score) == (uri, round(log1p(3) * 0.75, 9))
    assert only.evidence["services"] == ["listenbrainz", "reccobeats"]


def test_only_the_thirty_most_loved_songs_are_seeds() -> None:
    songs = [song(f"{number}", "A", ago=[1] * (number + 2)) for number in range(45)]
    cached = [next_to(seed, ("C", f"Next to {seed.name}", 1.0)) for seed in songs]
    proposals = {candidate.name for candidate in candidates(context(*songs, cached=cached), 99)}
    assert len(proposals) == 30
    assert "Next to 44" in proposals
    assert "Next to 0" not in proposals


@pytest.mark.parametrize(
    ("songs", "cached"),
    [
        ([], [next_to(LOVED, ("C", "New", 1.0))]),
        ([LOVED], []),
        ([LOVED], [next_to(LOVED)]),
        ([LOVED], [next_to(LIKED, ("C", "New", 1.0))]),
        ([LOVED], [next_to(LOVED, ("A", "Loved - Remastered 2011", 1.0))]),
        ([LOVED, LIKED], [next_to(LOVED, ("b", "LIKED", 1.0))]),
        ([LOVED], [next_to(LOVED, ("B", "Begun", 1.0))]),
    ],
    ids=["nothing heard", "nothing cached", "nothing near", "another seed", "itself", "heard already", "begun already"],
)
def test_without_new_similar_tracks_nothing_is_proposed(songs: Sequence[Song], cached: Sequence[Answer]) -> None:
    assert candidates(context(*songs, begun=[song_key("B", "Begun")], cached=cached), 9) == []


def test_a_malformed_cached_answer_is_reported() -> None:
    with pytest.raises(MalformedAnswer, match="cached answer of lastfm"):
        candidates(context(LOVED, cached=[answered("similar_tracks", LOVED.key, {}, "lastfm")]), 9)
