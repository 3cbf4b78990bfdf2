"""Random listeners and random caches, for properties that hold for all."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import isfinite
from random import Random
from typing import Any

from hypothesis import strategies as st

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.names import artist_key, song_key
from recommend.listening.songs import Song
from recommend.proposals.payloads import MalformedAnswer
from tests.recommend.contexts import Answer, answered, context, song
from tests.suite.random_cases import costly

MANY = costly()
Propose = Callable[[Context, int], list[Candidate]]
HEARD_ARTISTS = ["A", "Ólafur", "宇多田ヒカル"]
ARTISTS = [*HEARD_ARTISTS, "(sic)", "Z"]
TITLES = ["One", "Two", "Three", "Four", "Four - Remastered 2011", "Five (feat. B)", "夜に駆ける", "[untitled]"]
ALBUMS = ["X", "X (Deluxe Edition)"]
URIS = [f"spotify:album:{number}" for number in range(3)]
TRACK_URIS = [None, "spotify:track:1", "spotify:track:2"]
DATES = [
    "2026-11-20",
    "2026-11-19",
    "2026-10-01",
    "2026-11-21",
    "2026-11-01",
    "2026-10",
    "2026",
    "2020-02-02",
    "0000-00-00",
    "x",
]
WORDS = ["name", "artist", "album", "uri", "score", "popularity", "kind", "released", "tracks", "number"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([*URIS, *DATES])


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from(WORDS) | st.text(max_size=3)
    return st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6)


JSON = st.recursive(LEAVES, _nested, max_leaves=20)


def _items(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A list of objects, some of which lack a member or are no objects."""
    bad: st.SearchStrategy[Any] = st.sampled_from(
        [None, 5, "A", [], {}, {"name": "A"}, {"name": None, "artist": "A", "score": 1}]
    )
    good = st.fixed_dictionaries(fields)
    return st.lists(good | good | good | good | bad, max_size=12)


ARTIST, TITLE, SHARE = st.sampled_from(ARTISTS), st.sampled_from(TITLES), st.floats(0, 1)
NAMED = {"name": TITLE, "artist": ARTIST, "album": st.just("X"), "uri": st.sampled_from(TRACK_URIS)}
TRACKS = _items(**NAMED, score=SHARE, popularity=SHARE)
ALBUM = st.fixed_dictionaries(
    {
        "uri": st.sampled_from(URIS),
        "name": st.sampled_from(ALBUMS),
        "artist": ARTIST,
        "tracks": _items(**{**NAMED, "artist": st.sampled_from(HEARD_ARTISTS)}, number=st.integers(1, 9)),
    }
)
RELEASES = _items(
    uri=st.sampled_from(URIS),
    name=st.sampled_from(ALBUMS),
    kind=st.sampled_from(["album", "single", "compilation"]),
    released=st.sampled_from(DATES),
)
ARTIST_KEYS = [artist_key(name) for name in ARTISTS]
SONG_KEYS = sorted({song_key(artist, title) for artist in ARTISTS for title in TITLES})
SEVERAL = ["lastfm", "listenbrainz", "reccobeats"]
QUESTIONS: dict[str, tuple[Sequence[str], Sequence[str], st.SearchStrategy[Any]]] = {
    "similar_artists": (ARTIST_KEYS, SEVERAL, _items(name=ARTIST, mbid=st.none(), score=SHARE)),
    "similar_tracks": (SONG_KEYS, SEVERAL, TRACKS),
    "artist_tracks": (ARTIST_KEYS, SEVERAL, TRACKS),
    "discography": ([artist_key(name) for name in HEARD_ARTISTS], ["spotify"], RELEASES),
    "album_tracks": (URIS, ["spotify"], ALBUM),
    "listenbrainz_cf": (["alice", "bob"], ["listenbrainz"], TRACKS),
}


@st.composite
def libraries(draw: st.DrawFn) -> list[Song]:
    """Songs of few artists on few albums, each once."""
    any_song = st.builds(
        song,
        TITLE,
        st.sampled_from(HEARD_ARTISTS),
        st.sampled_from([*ALBUMS, None]),
        ago=st.lists(st.floats(0.01, 3000), min_size=1, max_size=5),
    )
    return list(
        {
            heard.key: heard
            for heard in draw(st.lists(any_song, max_size=30) | st.lists(any_song, min_size=15, max_size=30))
        }.values()
    )


@st.composite
def caches(draw: st.DrawFn, *questions: str) -> list[Answer]:
    """Answers of services to these questions, at most one of each service about a key."""
    collected = []
    for question in questions:
        keys, services, payloads = QUESTIONS[question]
        about = st.tuples(st.sampled_from(keys), st.sampled_from(services))
        least = min(len(keys), 6)
        answers = draw(st.dictionaries(about, payloads, min_size=draw(st.sampled_from([0, least, least])), max_size=12))
        collected += [answered(question, key, payload, service) for (key, service), payload in answers.items()]
    return collected


def assert_sound(propose: Propose, songs: list[Song], answers: list[Answer], limit: int, chance: Random) -> None:
    """New to the listener, each song once, best first, no more than asked for, and the same in any order of things."""
    here = context(*songs, cached=answers, own=answers, begun=[song_key("A", "One")])
    proposals = propose(here, limit)
    keys = [candidate.key for candidate in proposals]
    assert len(keys) <= limit
    assert len(set(keys)) == len(keys)
    assert here.library.isdisjoint(keys)
    assert proposals == sorted(proposals, key=lambda candidate: (-candidate.score, candidate.key))
    for candidate in proposals:
        assert isfinite(candidate.score)
        assert candidate.score >= 0
        assert candidate.reason.strip()
        json.dumps(candidate.evidence, allow_nan=False)
    chance.shuffle(songs)
    chance.shuffle(answers)
    assert propose(context(*songs, cached=answers, own=answers, begun=[song_key("A", "One")]), limit) == proposals


def assert_withstands(propose: Propose, payload: Any, *questions: str) -> None:
    """Whatever the cache contains is skipped or raises MalformedAnswer."""
    songs = [song(title, "A", "X", plays=3) for title in ("One", "Two", "Three")]
    sound = {
        "discography": [{"uri": URIS[0], "name": "X", "kind": "album", "released": "2026-11-01"}],
        "similar_artists": [{"name": "B", "mbid": None, "score": 1}],
    }
    for wrong in questions:
        answers = [
            answered(question, key, payload if question == wrong else sound.get(question, []), "spotify")
            for question in questions
            for key in QUESTIONS[question][0]
        ]
        with suppress(MalformedAnswer):
            propose(context(*songs, cached=answers, own=answers), 10)
