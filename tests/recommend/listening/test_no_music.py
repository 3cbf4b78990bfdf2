"""Podcasts, audiobooks and noise are recognised, and music is never mistaken for them."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from recommend.listening.library_items import artists_of
from recommend.listening.no_music import NoMusic, no_music
from recommend.listening.songs import Song
from tests.recommend.contexts import song

MINUTE = 60_000
URI = "spotify:track:1"


def heard(name: str, artist: str, ago: Sequence[float], *, minutes: float = 3.5, night: float = 0.1,
          uri: str | None = URI) -> Song:  # fmt: skip
    """`night` is the share of plays at night."""
    plays = len(ago)
    return replace(song(name, artist, ago=ago), uri=uri, ms=int(plays * minutes * MINUTE),
                   in_year=plays, at_night=round(plays * night))  # fmt: skip


def recognised(songs: Sequence[Song]) -> dict[str, NoMusic]:
    return no_music(artists_of(songs, {}))


MUSIC = [heard(f"Song {number}", "A", [number + 1.0, number + 20.0, number + 90.0]) for number in range(20)]
EPISODES = [heard(f"With guest {number}", "The Show", [number, number + 0.5], minutes=35, uri=None)
            for number in range(1, 5)]  # fmt: skip
CHAPTERS = [heard(f"Der Roman - Kapitel {number}", "Narrator", [9.0, 8.0], minutes=4) for number in range(12)]
NOISE = [heard("White Noise 1", "Sleepy", [float(day) for day in range(1, 40)], minutes=2, night=1)]
SPOKEN = [("The Show", "episodes", EPISODES), ("Narrator", "chapters", CHAPTERS), ("Sleepy", "noise", NOISE)]
OTHER_MUSIC = {
    "a symphony in account data": [
        heard(f"Symphony No. 3 in D Minor: {part}. Langsam", "Gustav Mahler", [3.0], minutes=16, uri=None)
        for part in ("I", "II", "III", "IV")
    ],
    "long songs on Spotify": [heard(f"Jam {number}", "Jammers", [number + 1.0], minutes=18) for number in range(6)],
    "long songs heard again": [
        heard(f"Mix {number}", "A DJ", [number + 1.0, number + 60.0], minutes=50, uri=None) for number in range(5)
    ],
    "one long song": [heard("Opus", "Long", [5.0], minutes=40, uri=None)],
    "two songs with a number": [heard(f"Chapter {number}", "Band", [2.0, 40.0]) for number in range(4)],
    "a song about rain": [heard("Rain", "Band", [1.0, 9.0, 30.0] * 5), *(
        heard(f"Sun {number}", "Band", [number + 1.0]) for number in range(4)
    )],
    "songs to fall asleep with": [heard("Piano", "Pianist", [1.0, 2.0, 3.0] * 9, night=1)],
    "songs about sleep by day": [heard("Sleep", "Band", [1.0, 2.0, 3.0, 40.0, 50.0] * 3)],
}  # fmt: skip


@pytest.mark.parametrize(("artist", "sort", "songs"), SPOKEN, ids=[sort for _, sort, _ in SPOKEN])
def test_podcasts_audiobooks_and_noise_are_recognised_with_the_evidence(
    artist: str, sort: str, songs: Sequence[Song]
) -> None:
    (match,) = recognised([*MUSIC, *songs]).values()
    assert (match.artist, match.sort, match.plays) == (artist, sort, sum(each.plays for each in songs))
    assert (match.titles, match.mean_ms) == (len(songs), songs[0].ms // songs[0].plays)


@pytest.mark.parametrize("songs", OTHER_MUSIC.values(), ids=OTHER_MUSIC.keys())
def test_music_is_left_alone(songs: Sequence[Song]) -> None:
    assert recognised([*MUSIC, *songs]) == {}


def test_songs_about_rain_are_music_to_a_night_owl() -> None:
    rain = [heard("Rain", "Band", [float(day) for day in range(1, 40)], night=1)]
    assert recognised([*(replace(each, at_night=each.in_year) for each in MUSIC), *rain]) == {}
    assert list(recognised([*MUSIC, *rain])) == ["band"], "a listener who hears nothing else at night sleeps to it"


@given(st.lists(st.tuples(
    st.text("abc ", min_size=1, max_size=5), st.sampled_from("ABC"),
    st.lists(st.floats(0.1, 900), min_size=1, max_size=6),
    st.floats(0.5, 9.9), st.floats(0, 1), st.sampled_from([URI, None]),
)))  # fmt: skip
def test_short_songs_with_ordinary_names_are_always_music(
    played: list[tuple[str, str, list[float], float, float, str | None]],
) -> None:
    songs = [
        heard(name, artist, ago, minutes=minutes, night=night, uri=uri)
        for name, artist, ago, minutes, night, uri in played
    ]
    assert recognised(songs) == {}
