"""The rest of an album that the listener knows in part is proposed in its order."""

from collections.abc import Sequence
from typing import Any

import pytest

from recommend.listening.candidates import Candidate
from recommend.listening.names import song_key
from recommend.listening.songs import Song
from recommend.proposals.payloads import MalformedAnswer
from recommend.providers.unfinished_album import candidates
from tests.recommend.contexts import Answer, answered, context, song

ALBUM = "spotify:album:1"


def discography(*names: tuple[str, str], kind: str = "album", artist: str = "a") -> Answer:
    """Releases by URI and name."""
    every = [{"uri": uri, "name": name, "kind": kind, "released": "2019"} for uri, name in names]
    return answered("discography", artist, every, "spotify")


def edition(*titles: str, uri: str = ALBUM, name: str = "X") -> Answer:
    """An album by A with these tracks in order."""
    tracks = [
        {"uri": f"spotify:track:{title}", "name": title, "artist": "A", "number": number}
        for number, title in enumerate(titles, start=1)
    ]
    return answered("album_tracks", uri, {"uri": uri, "name": name, "artist": "A", "tracks": tracks}, "spotify")


def heard(*titles: str, album: str = "X", **when: Any) -> Sequence[Song]:
    return [song(title, "A", album, **when) for title in titles]


def test_the_rest_of_an_album_keeps_its_order() -> None:
    here = context(
        *heard("One", "Three", "Four", ago=30),
        cached=[discography((ALBUM, "X")), edition("One", "Two", "Three", "Four", "Five")],
    )
    reason, evidence = "You know 3 of 5 tracks of X", {"album": ALBUM, "known": 3, "tracks": 5}
    assert candidates(here, 10) == [
        Candidate(
            kind="deeper", name="Two", artist="A", score=0.9, code="unfinished_album", reason=reason, evidence=evidence,
            uri="spotify:track:Two", album="X",
        ),
        Candidate(
            kind="deeper", name="Five", artist="A", score=0.45, code="unfinished_album", reason=reason,
            evidence=evidence, uri="spotify:track:Five", album="X",
        ),
    ]  # fmt: skip
    assert [candidate.name for candidate in candidates(here, 1)] == ["Two"]


def test_a_nearly_finished_album_comes_before_one_just_begun() -> None:
    here = context(
        *heard("One", "Two", "Three", album="Begun"),
        *heard("Four", "Five", "Six", album="Nearly"),
        cached=[
            discography(("spotify:album:1", "Begun"), ("spotify:album:2", "Nearly")),
            edition("One", "Two", "Three", *"abcdefgh", name="Begun"),
            edition("Four", "Five", "Six", "i", uri="spotify:album:2", name="Nearly"),
        ],
    )
    assert [candidate.name for candidate in candidates(here, 2)] == ["i", "a"]


def test_an_album_heard_now_comes_before_one_from_last_year() -> None:
    here = context(
        *heard("One", "Two", "Three", album="Old", plays=9, ago=365),
        *heard("Four", "Five", "Six", album="Now"),
        cached=[
            discography(("spotify:album:1", "Old"), ("spotify:album:2", "Now")),
            edition("One", "Two", "Three", "old", name="Old"),
            edition("Four", "Five", "Six", "now", uri="spotify:album:2", name="Now"),
        ],
    )
    assert [candidate.name for candidate in candidates(here, 9)] == ["now", "old"]


def test_another_edition_counts_as_the_album() -> None:
    here = context(
        *heard("One", "Two - Remastered 2011", "Three", album="X (Deluxe Edition)"),
        cached=[discography((ALBUM, "X")), edition("One (feat. B)", "Two", "Three", "Four")],
    )
    assert [candidate.reason for candidate in candidates(here, 9)] == ["You know 3 of 4 tracks of X"]


def test_a_track_is_known_by_its_uri_whatever_its_name() -> None:
    here = context(
        *heard("One", "Two"),
        song("Three as it was called", "A", "X", uri="spotify:track:Three"),
        cached=[discography((ALBUM, "X")), edition("One", "Two", "Three", "Four")],
    )
    assert [(candidate.name, candidate.reason) for candidate in candidates(here, 9)] == [
        ("Four", "You know 3 of 4 tracks of X")
    ]


def test_an_album_is_finished_if_any_edition_is() -> None:
    deluxe = edition("One", "Two", "Three", "Bonus", uri="spotify:album:2", name="X (Deluxe Edition)")
    known = discography((ALBUM, "X"), ("spotify:album:2", "X (Deluxe Edition)"))
    songs = heard("One", "Two", "Three")
    assert candidates(context(*songs, cached=[known, edition("One", "Two", "Three"), deluxe]), 9) == []
    assert [candidate.name for candidate in candidates(context(*songs, cached=[known, deluxe]), 9)] == ["Bonus"]


def test_a_single_named_like_the_album_does_not_finish_it() -> None:
    single = edition("One", "Two", uri="spotify:album:2", name="X")
    here = context(
        *heard("One", "Two", "Three"),
        cached=[
            discography((ALBUM, "X"), ("spotify:album:2", "X")),
            edition("One", "Two", "Three", "Four"),
            single,
        ],
    )
    assert [candidate.name for candidate in candidates(here, 9)] == ["Four"]


def test_a_track_that_was_only_begun_is_neither_known_nor_proposed() -> None:
    here = context(
        *heard("One", "Two", "Three"),
        begun=[song_key("A", "Four")],
        cached=[discography((ALBUM, "X")), edition("One", "Two", "Three", "Four", "Five")],
    )
    assert [(candidate.name, candidate.reason) for candidate in candidates(here, 9)] == [
        ("Five", "You know 3 of 5 tracks of X")
    ]


@pytest.mark.parametrize(
    ("songs", "cached"),
    [
        ([], [discography((ALBUM, "X")), edition("One", "Two")]),
        (heard("One", "Two"), [discography((ALBUM, "X")), edition("One", "Two", "Three")]),
        (heard("One", "Two", "Three"), []),
        (heard("One", "Two", "Three"), [edition("One", "Two", "Three", "Four")]),
        (heard("One", "Two", "Three"), [discography((ALBUM, "X"))]),
        (heard("One", "Two", "Three"), [discography((ALBUM, "Y")), edition("One", "Two", "Three", "Four")]),
        (
            heard("One", "Two", "Three"),
            [discography((ALBUM, "X"), kind="compilation"), edition("One", "Two", "Three", "Four")],
        ),
        (heard("One", "Two", "Three"), [discography((ALBUM, "X"), artist="b"), edition("One", "Two", "Three", "Four")]),
        (heard("One", "Two", "Three"), [discography((ALBUM, "X")), edition("Other", "Titles", "Only", "Here")]),
        (heard("One", "Two", "Three"), [discography((ALBUM, "X")), answered("album_tracks", ALBUM, [])]),
        ([song(title, "A") for title in ("One", "Two", "Three")], [discography((ALBUM, "X")), edition("One", "Four")]),
    ],
    ids=[
        "nothing heard", "two songs", "nothing cached", "no discography", "no tracks", "another album", "compilation",
        "another artist", "other tracks", "unknown album", "songs of no album",
    ],
)  # fmt: skip
def test_there_is_nothing_to_finish(songs: Sequence[Song], cached: Sequence[Answer]) -> None:
    assert candidates(context(*songs, cached=cached), 9) == []


def test_a_malformed_cached_answer_is_reported() -> None:
    here = context(*heard("One", "Two", "Three"), cached=[answered("discography", "a", {"albums": []}, "spotify")])
    with pytest.raises(MalformedAnswer, match="cached answer of spotify"):
        candidates(here, 9)
