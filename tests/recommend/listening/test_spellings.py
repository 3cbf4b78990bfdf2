"""Differently spelled names of a song count as one song in lists and libraries; different songs stay apart."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.choosing.engine import Wishes, make_list
from recommend.listening.names import song_key
from recommend.listening.played_keys import Library
from tests.recommend.contexts import context, song
from tests.recommend.providers.proposing import candidate, provider

Names = tuple[str, str]  # artist, title
ONE_SONG: list[list[Names]] = [
    [("A", "Flashlight"), ("A", "Flash Light"), ("A", "Flash-Light")],
    [("JAY-Z", "Song"), ("Jay Z", "Song"), ("JAY Z feat. B", "Song"), ("Jay-Z, B", "Song (Explicit)")],
    [("The Beatles", "Help!"), ("The Beatles", "Help"), ("Beatles", "Help! - Remastered 2009")],
    [("Ludwig van Beethoven", "F\u00fcr Elise"), ("Beethoven", "Fur Elise"),
     ("Beethoven, Ludwig van", "F\u00fcr Elise")],
    [("A", "Song"), ("A", "Song (Live)"), ("A", "Song - Live at Wembley"), ("A", "Song - Sped Up"),
     ("A", "Song (Acoustic Version)"), ("A", "Song (Slowed + Reverb)"), ("A", "Song (A's Version)")],
    [("\u5b87\u591a\u7530\u30d2\u30ab\u30eb", "First Love"), ("\u5b87\u591a\u7530 \u30d2\u30ab\u30eb", "First-Love")],
]  # fmt: skip
PAIRS = [pair for songs in ONE_SONG for pair in combinations(songs, 2)]
OTHERS: list[tuple[Names, Names]] = [
    (("A", "Song"), ("B", "Song")),
    (("A", "Song"), ("A", "Song 2")),
    (("A", "Song"), ("A", "Song (X Remix)")),
    (("A", "Song, Pt. 1"), ("A", "Song, Pt. 2")),
    (("A", "?"), ("A", "!")),
    (("A", "\u2665"), ("A", "\u2661")),
    (("A", "(Intro)"), ("A", "(Outro)")),
    (("Various Artists", "Intro"), ("Various Artists", "Outro")),
    (("A", "\u0e43\u0e2b\u0e21\u0e48"), ("A", "\u0e43\u0e2b\u0e21")),
]
BETWEEN = st.sampled_from([" ", "-", " - ", "/", ". "])
ENDS = st.sampled_from(["", "!", "?", "\u2026", " (Live)"])
WORDS = st.lists(st.text("abcde", min_size=1, max_size=4), min_size=1, max_size=3)


def listed(*names: Names) -> list[str]:
    proposals = [candidate(title, artist, "rotation") for artist, title in names]
    return [item.name for item in make_list(context(song("Z", "Z")), Wishes(), {}, [provider("a", proposals)]).items]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_spellings_and_takes_of_a_song_have_one_place_in_a_list(one: Names, other: Names) -> None:
    assert listed(one, other) == [one[1]]


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_songs_have_a_place_of_their_own(one: Names, other: Names) -> None:
    assert sorted(listed(one, other)) == sorted([one[1], other[1]])


@given(WORDS, WORDS, BETWEEN, ENDS)
def test_any_title_has_one_place_whatever_its_punctuation(
    artist: list[str], title: list[str], between: str, end: str
) -> None:  # fmt: skip
    one, other = (" ".join(artist), " ".join(title)), ("-".join(artist).upper(), between.join(title) + end)
    assert len(listed(one, other)) == 1


@given(WORDS, WORDS, WORDS)
def test_titles_of_different_letters_have_two_places(artist: list[str], one: list[str], other: list[str]) -> None:
    names = [(" ".join(artist), " ".join(title)) for title in (one, other)]
    assert len(listed(*names)) == 1 + ("".join(one) != "".join(other))


@pytest.mark.parametrize(("one", "other"), [
    (("JAY-Z", "Song"), ("Jay Z", "Song")), (("A", "Flashlight"), ("A", "Flash Light")),
    (("A", "Help!"), ("A", "Help")),
])  # fmt: skip
def test_a_song_known_in_another_spelling_is_not_new(one: Names, other: Names) -> None:
    proposals = [candidate(other[1], other[0], "new_artist"), candidate("New", "B", "new_artist")]
    here = context(song(one[1], one[0], plays=2))
    assert [item.name for item in make_list(here, Wishes(), {}, [provider("a", proposals)]).items] == ["New"]


def test_a_song_only_begun_long_ago_is_known_in_any_spelling() -> None:
    library = Library([], {"JAY-Z": ["Song (Live)", "Flash Light"]})
    assert library.has_spelling(song_key("Jay Z", "Flashlight"))
    assert not library.has_spelling(song_key("Jay Z", "Song")), "a live take is another recording"
    assert not library.has_spelling(song_key("Jay", "Flashlight"))
