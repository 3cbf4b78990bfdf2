"""Unheard songs of artists whom the listener plays and explores are proposed, from every source that has them."""

from math import log1p, sqrt

import pytest

from recommend.listening.candidates import Candidate
from recommend.listening.names import song_key
from recommend.listening.other_listeners import House, HousePlay, HouseTrack
from recommend.listening.songs import Song
from recommend.proposals.payloads import MalformedAnswer
from recommend.providers.unheard_by_artist import EARLY, LATER, POPULAR, candidates
from tests.recommend.contexts import AS_OF, Answer, answered, context, song

URI = "spotify:track:{:022d}".format
ALBUMS = ["spotify:album:1", "spotify:album:2"]
A = song("One", "A", ago=[1, 2, 3])
INTEREST = log1p(A.tomorrow) + log1p(0.5 ** (3 / 14))  # first heard three days ago


def popular(artist: str, *tracks: tuple[str, float], service: str = "listenbrainz", by: str | None = None) -> Answer:
    every = [
        {"name": name, "artist": by or artist, "album": "X", "uri": URI(number), "popularity": popularity}
        for number, (name, popularity) in enumerate(tracks)
    ]
    return answered("artist_tracks", artist.lower(), every, service)


def released(artist: str, kind: str = "album", *albums: str) -> Answer:
    every = [{"uri": uri, "name": uri, "kind": kind, "released": "2020"} for uri in albums]
    return answered("discography", artist.lower(), every, "spotify")


def album(uri: str, *titles: str, by: str = "A") -> Answer:
    tracks = [
        {"uri": None, "name": title, "artist": by, "number": number} for number, title in enumerate(titles, 1)
    ]  # fmt: skip
    return answered("album_tracks", uri, {"uri": uri, "name": uri, "artist": "A", "released": "2020", "tracks": tracks},
                    "spotify")  # fmt: skip


def others(*heard: HouseTrack) -> House:
    """A house of five others who each heard these tracks one after the other."""
    plays = [HousePlay(AS_OF.timestamp() - 5000 + 200 * place, track.id) for place, track in enumerate(heard)]
    return House.of(dict.fromkeys(range(2, 7), plays), {track.id: track for track in heard}, AS_OF)


def scores(proposals: list[Candidate]) -> list[tuple[str, float]]:
    return [(candidate.name, candidate.score) for candidate in proposals]


def test_popular_songs_that_were_never_played_are_proposed() -> None:
    answer = popular("A", ("One", 1.0), ("Deep", 0.25), ("Hit - Remastered 2011", 0.64), ("Begun", 0.5))
    here = context(A, cached=[answer], begun=[song_key("A", "Begun")])
    evidence = {"artist": "a", "plays_in_month": 3, "source": "listenbrainz"}
    reason = "Because you played A 3 times this month"
    assert candidates(here, 9) == [
        Candidate(
            "deeper", "Hit - Remastered 2011", "A", round(round(INTEREST * 2 / 3, 9) * POPULAR * 0.8, 9),
            "unheard_by_artist", reason, evidence, uri=URI(2), album="X",
        ),
        Candidate(
            "deeper", "Deep", "A", round(round(INTEREST * 2 / 3, 9) * POPULAR * 0.5, 9), "unheard_by_artist", reason,
            evidence, uri=URI(1), album="X",
        ),
    ]  # fmt: skip
    assert [candidate.name for candidate in candidates(here, 1)] == ["Hit - Remastered 2011"]
    assert candidates(here, 0) == []


@pytest.mark.parametrize(
    ("songs", "reason"),
    [
        ([song("One", plays=3, ago=40)], "Because you played A 3 times"),
        ([song("One", plays=3, ago=29)], "Because you played A twice this month"),
        ([song("One", ago=[5, 40, 41])], "Because you played A once this month"),
        (
            [song(name, ago=[1]) for name in ("One", "Two", "Three")],
            "Because you played A 3 times this month, and are finding more of theirs lately",
        ),
    ],
    ids=["long ago", "twice", "once", "finding more"],
)
def test_the_reason_says_how_much_the_artist_is_played_and_explored(songs: list[Song], reason: str) -> None:
    here = context(*songs, cached=[popular("A", ("Deep", 1.0))])
    assert [candidate.reason for candidate in candidates(here, 9)] == [reason]


def test_explored_artists_come_before_others() -> None:
    played = [song("Old", "B", ago=[1, 2, 3, 400])]
    result = [song(f"New {number}", "A", ago=[number]) for number in (1, 2, 3)]
    here = context(*played, *result, cached=[popular("A", ("Deep A", 1.0)), popular("B", ("Deep B", 1.0))])
    assert [candidate.name for candidate in candidates(here, 9)] == ["Deep A", "Deep B"]


def test_artists_whose_songs_are_abandoned_come_later() -> None:
    heard = [song("One", name, ago=[1, 2, 3]) for name in ("A", "B")]
    cached = [popular("A", ("Deep A", 1.0)), popular("B", ("Deep B", 0.9))]
    begun = [song_key("A", f"Skipped {number}") for number in range(3)]
    for skipped, first in [([], "Deep A"), (begun, "Deep B")]:
        assert candidates(context(*heard, cached=cached, begun=skipped), 1)[0].name == first


@pytest.mark.parametrize(("plays", "proposed"), [(2, 0), (3, 1)])
def test_an_artist_is_known_after_three_plays(plays: int, proposed: int) -> None:
    here = context(song("One", plays=plays), cached=[popular("A", ("Deep", 1.0))])
    assert len(candidates(here, 9)) == proposed


def test_old_plays_make_an_artist_known_without_counting_as_abandoned() -> None:
    listeners = [context(song("One", ago=[1]), cached=[popular("A", ("Deep", 1.0))], faint={"a": 2}, begun=begun)
                 for begun in ([], [song_key("A", "Long ago"), song_key("A", "And this")])]  # fmt: skip
    first, second = (candidates(here, 9) for here in listeners)
    assert first == second != []


def test_a_song_on_which_the_artist_is_a_guest_is_not_proposed() -> None:
    assert candidates(context(A, cached=[popular("A", ("Deep", 1.0), by="B")]), 9) == []


def test_the_first_songs_of_the_best_known_album_come_first() -> None:
    here = context(
        A,
        cached=[
            released("A", "album", *ALBUMS),
            album(ALBUMS[0], "P", "Q"),
            album(ALBUMS[1], "S", "T", "One", "U", "V"),
        ],
    )
    early, later = (round(round(INTEREST, 9) * chance, 9) for chance in (EARLY, LATER))
    assert scores(candidates(here, 9)) == [
        ("S", early), ("T", early), ("U", early), ("P", later), ("Q", later), ("V", later),
    ]  # fmt: skip
    assert candidates(here, 1)[0].evidence == {"artist": "a", "plays_in_month": 3, "source": "spotify"}


@pytest.mark.parametrize("kind", ["single", "compilation"])
def test_singles_and_compilations_are_no_albums(kind: str) -> None:
    assert candidates(context(A, cached=[released("A", kind, ALBUMS[0]), album(ALBUMS[0], "P")]), 9) == []


def test_songs_from_the_house_need_no_service() -> None:
    loved, near, far = HouseTrack(1, "One", "A"), HouseTrack(2, "Near", "A", "X"), HouseTrack(3, "Far", "A")
    here = context(A, house=others(loved, near, *[HouseTrack(9, "Between", "B")] * 5, far))
    closeness = 5 * log1p(log1p(A.decay(30)) / sqrt(5))
    share = (2 * 5 * log1p(1) + 20) ** 0.25
    chances = [(5 * log1p(1) * (near + 0.02)) ** 0.25 / share for near in (round(closeness, 9), 0)]
    proposals = candidates(here, 9)
    assert [candidate.name for candidate in proposals] == ["Near", "Far"]
    assert [candidate.score for candidate in proposals] == pytest.approx([INTEREST * chance for chance in chances])
    assert (proposals[0].track_id, proposals[0].uri, proposals[0].album) == (2, None, "X")
    assert proposals[0].evidence == {"artist": "a", "plays_in_month": 3, "source": "house"}


def test_the_best_chance_among_several_sources_counts() -> None:
    here = context(
        A,
        cached=[
            popular("A", ("Deep", 1.0)),
            released("A", "album", ALBUMS[0]),
            album(ALBUMS[0], "One", "Deep"),
        ],
        house=others(HouseTrack(5, "Deep", "A")),
    )
    assert [(candidate.name, candidate.uri) for candidate in candidates(here, 9)] == [("Deep", URI(0))]


def test_without_any_source_nothing_is_proposed() -> None:
    assert candidates(context(A), 9) == []
    assert candidates(context(cached=[popular("A", ("Deep", 1.0))]), 9) == []


def test_a_malformed_answer_is_refused() -> None:
    with pytest.raises(MalformedAnswer, match="The cached answer of listenbrainz from"):
        candidates(context(A, cached=[answered("artist_tracks", "a", {"tracks": 1})]), 9)
