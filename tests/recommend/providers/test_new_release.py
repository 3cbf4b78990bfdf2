"""Releases of the last three months by known artists are proposed, but no new editions of old music."""

from collections.abc import Sequence
from datetime import date

import pytest

from recommend.listening.candidates import Candidate
from recommend.listening.names import song_key
from recommend.listening.songs import Song
from recommend.proposals.payloads import MalformedAnswer
from recommend.providers.new_release import candidates, first_day
from tests.recommend.contexts import Answer, answered, context, song

ALBUM = "spotify:album:1"
FAN = song("Old", "A", plays=3)


def release(released: str, name: str = "X", kind: str = "album", uri: str = ALBUM) -> dict[str, str]:
    return {"uri": uri, "name": name, "kind": kind, "released": released}


def discography(*every: dict[str, str], artist: str = "a") -> Answer:
    return answered("discography", artist, list(every), "spotify")


def tracks(*titles: str, uri: str = ALBUM, name: str = "X", artist: str = "A") -> Answer:
    every = [
        {"uri": f"spotify:track:{title}", "name": title, "artist": artist, "number": number}
        for number, title in enumerate(titles, start=1)
    ]
    return answered("album_tracks", uri, {"uri": uri, "name": name, "artist": artist, "tracks": every}, "spotify")


def proposed(*every: dict[str, str]) -> list[Candidate]:
    """Candidates for a fan of A, whose releases have one track each."""
    cached = [discography(*every), *(tracks(f"T{each['uri'][-1]}", uri=each["uri"]) for each in every)]
    return candidates(context(FAN, cached=cached), 10)


def test_the_first_three_unheard_tracks_of_a_new_album_are_proposed() -> None:
    here = context(
        song("Old", "A", ago=(90, 90)),
        song("Two", "A", ago=90),
        cached=[discography(release("2026-10-21")), tracks("One", "Two", "Three", "Four", "Five")],
    )
    evidence = {"artist": "a", "album": ALBUM, "released": "2026-10-21"}
    assert candidates(here, 10) == [
        Candidate(
            kind="new_release", name=name, artist="A", score=score, code="new_release",
            reason="New from A, out 4 weeks ago", evidence=evidence, uri=f"spotify:track:{name}", album="X",
        )
        for name, score in [("One", 0.75), ("Three", 0.375), ("Four", 0.25)]
    ]  # fmt: skip
    assert len(candidates(here, 2)) == 2


def test_a_single_contributes_one_track() -> None:
    cached = [discography(release("2026-11-19", kind="single")), tracks("One", "Two")]
    (only,) = candidates(context(FAN, cached=cached), 10)
    assert (only.name, only.reason) == ("One", "New from A, out yesterday")


@pytest.mark.parametrize(
    ("released", "message"),
    [
        ("2026-11-20", "New from A, out today"),
        ("2026-11-17", "New from A, out 3 days ago"),
        ("2026-11", "New from A, out in November 2026"),
        ("2026-09", "New from A, out in September 2026"),
        ("2026-08-22", "New from A, out 12 weeks ago"),
    ],
)
def test_the_reason_has_the_release_date(released: str, message: str) -> None:
    assert [candidate.reason for candidate in proposed(release(released))] == [message]


@pytest.mark.parametrize(
    "released",
    ["2026-11-21", "2026-12", "2027-01-01", "2026-08-21", "2026-08", "2026", "2025-11-20", "2026-02-30", "2026-13",
     "0000", "20261101", "2026-W46-1", "2026-11-1", "2026-11-01T00:00:00Z", " 2026-11-01",
     "\u0662\u0660\u0662\u0666-11-01", "soon"],
)  # fmt: skip
def test_unreleased_old_and_undated_releases_are_skipped(released: str) -> None:
    assert proposed(release(released)) == []


def test_ages_of_releases_count_from_the_lists_date() -> None:
    cached = [discography(release("2024-02-28")), tracks("One")]
    then = context(song("Old", "A", plays=3, ago=1000), cached=cached, today=date(2024, 3, 1))
    assert [candidate.reason for candidate in candidates(then, 10)] == ["New from A, out 2 days ago"]


def test_newer_releases_and_more_loved_artists_come_first() -> None:
    here = context(
        *(song("Old", artist, plays=plays) for artist, plays in [("A", 3), ("B", 3), ("C", 9)]),
        cached=[
            answer
            for number, (artist, released) in enumerate([("A", "2026-11-18"), ("B", "2026-11-03"), ("C", "2026-11-03")])
            for uri in [f"spotify:album:{number}"]
            for answer in [
                discography(release(released, uri=uri), artist=artist.lower()),
                tracks("One", uri=uri, artist=artist),
            ]
        ],
    )
    assert [candidate.artist for candidate in candidates(here, 10)] == ["C", "A", "B"]


def test_a_new_edition_of_an_old_album_is_not_new() -> None:
    old, remaster = release("1997", "X"), release("2026-11-01", "X (2026 Remaster)", uri="spotify:album:2")
    assert proposed(old, remaster) == []
    assert [candidate.name for candidate in proposed(old | {"kind": "single"}, remaster)] == ["T2"]
    assert [candidate.name for candidate in proposed(release("2026-09-01", "X"), remaster)] == ["T2", "T1"]


def test_a_new_compilation_is_not_new() -> None:
    assert proposed(release("2026-11-01", kind="compilation")) == []


@pytest.mark.parametrize(
    ("songs", "cached"),
    [
        ([], [discography(release("2026-11-01")), tracks("One")]),
        ([song("Old", "A", plays=2)], [discography(release("2026-11-01")), tracks("One")]),
        ([FAN], []),
        ([FAN], [tracks("One")]),
        ([FAN], [discography(release("2026-11-01"))]),
        ([FAN], [discography(release("2026-11-01")), answered("album_tracks", ALBUM, [])]),
        ([FAN], [discography(release("2026-11-01")), tracks("OLD")]),
        ([FAN], [discography(release("2026-11-01"), artist="b"), tracks("One", artist="B")]),
    ],
    ids=[
        "nothing heard", "artist heard twice", "nothing cached", "no discography", "no tracks", "unknown album",
        "heard already", "unknown artist",
    ],
)  # fmt: skip
def test_there_is_nothing_new(songs: Sequence[Song], cached: Sequence[Answer]) -> None:
    assert candidates(context(*songs, cached=cached), 10) == []


def test_a_track_that_was_only_begun_is_not_proposed() -> None:
    cached = [discography(release("2026-11-01")), tracks("One")]
    assert candidates(context(FAN, begun=[song_key("A", "One")], cached=cached), 10) == []


def test_a_malformed_cached_answer_is_reported() -> None:
    with pytest.raises(MalformedAnswer, match="cached answer of spotify"):
        candidates(
            context(FAN, cached=[discography(release("2026-11-01")), answered("album_tracks", ALBUM, 5, "spotify")]), 9
        )


@pytest.mark.parametrize(
    ("message", "day"),
    [
        ("2026-11-05", date(2026, 11, 5)),
        ("2026-11", date(2026, 11, 1)),
        ("2026", date(2026, 1, 1)),
        ("0000", None),
        ("", None),
    ],
)
def test_a_date_of_any_precision_has_a_first_day(message: str, day: date | None) -> None:
    assert first_day(message) == day
