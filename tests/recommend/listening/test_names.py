"""Versions of one recording have one key, and other recordings have other keys."""

from typing import Literal
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recommend.listening.names import album_key, artist_key, song_key

EDITIONS = [
    "Song - Remastered 2011", "Song - Remastered", "Song - 2009 Remaster", "Song - 2009 Remastered Version",
    "Song - 2011 Digital Remaster", "Song - Digitally Remastered", "Song (2011 Remaster)", "Song [Remastered]",
    "Song - Remastered in 2003", "Song - 2015 - Remaster", "Song - Mono / 1999 Remaster", "Song (Re-Mastered)",
    "Song - Stereo / 2015 Remaster", "Song - Mono", "Song - Stereo Mix", "Song (Mono Version)", "Song - Radio Edit",
    "Song (Radio Edit)", "Song - Radio Version", "Song - Single Version", "Song - Album Version", "Song - LP Version",
    "Song (Original Mix)", "Song - Original Version", "Song (Explicit)", "Song - Clean", "Song (Full-Length Version)",
    "Song - Bonus Track", "Song (Bonus Track Version)", "Song - 50th Anniversary Edition", "Song (30th Anniversary)",
    'Song - From "The Film"', "Song (From the Film)", "Song (Music from the Motion Picture)",
    "Song (Original Motion Picture Soundtrack)", "Song \u2013 Remastered 2011", "Song \u2014 Radio Edit",
    "Song (feat. X)", "Song (Ft. X & Y)", "Song [featuring X]", "Song (with X)", "Song feat. X", "Song ft. X",
    "Song featuring X", "Song - feat. X", "Song (feat. X) - Radio Edit", "Song (feat. X) [2011 Remaster]",
    "Song - Mono - Remastered", "SONG", " song  ", "Sóng", "\uff33\uff4f\uff4e\uff47",
    "Song\uff08feat. X\uff09", "\u200eSong", "Song\u00ad",
]  # fmt: skip
OTHERS = [
    "Song (Live)", "Song - Live", "Song - Live at Wembley", "Song - Live / Remastered 2011", "Song (X Remix)",
    "Song - X Remix", "Song - Remix", "Song - 2011 Remix", "Song (Acoustic)", "Song - Acoustic Version", "Song - Demo",
    "Song (Instrumental)", "Song (Cover)", "Song - Extended Mix", "Song - Club Mix", "Song (Taylor's Version)",
    "Song 2", "Song (Part 2)", "Song, Pt. 2", "Song - Edit", "Song (Version)", "Song (2011)", "Song - Mix",
    "Song with X", "Song (Live Edition)", "Song (Radio Edit) Two", "Song - Radio Edit Two", "Song Remastered",
    "Song - Karaoke Version", "Song - Sped Up", "Song - Reprise", "A Song", "The Song", "Song feat", "Song (feat. X",
    "Songs", "S ong",
]  # fmt: skip


@pytest.mark.parametrize("title", EDITIONS)
def test_an_edition_is_the_same_recording(title: str) -> None:
    assert song_key("A", title) == song_key("A", "Song")


@pytest.mark.parametrize("title", OTHERS)
def test_another_take_or_title_is_another_recording(title: str) -> None:
    assert song_key("A", title) != song_key("A", "Song")


@pytest.mark.parametrize("take", ["(Live)", "(X Remix)", "[Acoustic]", "- Live", "- X Remix", "- Demo"])
def test_removing_a_guest_or_edition_keeps_the_take(take: str) -> None:
    whole = song_key("A", f"Song {take}")
    assert whole != song_key("A", "Song")
    for title in [
        f"Song (feat. X) {take}",
        f"Song feat. X {take}",
        f"Song [2011 Remaster] {take}",
        f"Song {take} (Mono)",
    ]:
        assert song_key("A", title) == whole


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Don\u2019t Stop", "Don't Stop"),
        ("Don`t Stop", "Don\u00b4t Stop"),
        ("Rock & Roll", "Rock and Roll"),
        ("Me&You", "Me and You"),
        ("“Heroes”", '"Heroes"'),
        ("Twenty\u2010One", "Twenty-One"),
        ("Straße", "STRASSE"),
        ("Ёлка", "елка"),
        ("Café", "Cafe\u0301"),
        ("ﬁnal", "Final"),
        ("\uff2c\uff4f\uff56\uff45", "Love"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("\u1112\u1161\u11ab", "\ud55c"),
        ("♥\ufe0f", "♥"),
        ("Wait…", "Wait..."),
        ("İstanbul", "istanbul"),
    ],
)
def test_the_same_name_in_other_characters_has_the_same_key(one: str, other: str) -> None:
    assert song_key("A", one) == song_key("A", other)
    assert artist_key(one) == artist_key(other)
    assert album_key("A", one) == album_key("A", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("バラ", "ハラ"),
        ("パン", "バン"),
        ("宇多田ヒカル", "宇多田"),
        ("ใหม่", "ใหม"),
        ("क्या", "कया"),
        ("夜に駆ける", "夜に"),
        ("아", "어"),
        ("(", ")"),
        ("(Intro)", "(Outro)"),
        ("[untitled]", "untitled"),
        ("?", "!"),
        ("♥", "♡"),
        ("(feat. X)", "(feat. Y)"),
        ("(Remastered)", "(Mono)"),
        ("1979", "1980"),
    ],
)
def test_different_names_have_different_keys_in_any_script(one: str, other: str) -> None:
    assert song_key("A", one) != song_key("A", other)
    assert artist_key(one) != artist_key(other)


@pytest.mark.parametrize(
    "title", ["(Remastered)", "[feat. X]", "(Radio Edit) [Mono]", "(((", ")", "()", "́", "- Mono", "-"]
)
def test_a_title_of_only_brackets_is_kept(title: str) -> None:
    artist, rest = song_key("A", title).split("\x1f")
    assert artist == "a"
    assert rest


def test_an_artist_with_a_guest_has_the_artists_key() -> None:
    assert artist_key("Beyoncé feat. Jay-Z") == artist_key("BEYONCE ft. Jay-Z") == artist_key(" Beyoncé ") == "beyonce"
    assert artist_key("feat. Jay-Z") == "feat. jay-z"
    assert artist_key("A Feat of Strength") == "a feat of strength"
    assert artist_key("Simon & Garfunkel") == artist_key("Simon and Garfunkel")
    assert len({artist_key(name) for name in ("The Band", "Band", "The Live Band (Live)", "Band (Live)")}) == 4


def test_editions_of_an_album_have_the_same_key() -> None:
    words = ["Deluxe Edition", "Super Deluxe", "Expanded & Remastered", "2011 Remaster", "25th Anniversary Edition"]
    for edition in ("X - EP", "X - Single", "X [Limited Edition]", *(f"X ({word})" for word in words)):
        assert album_key("A", edition) == album_key("A", "X")
    for other in ("X (Live)", "X II", "X (The Remixes)", "X: The B-Sides", "MTV Unplugged: X"):
        assert album_key("A", other) != album_key("A", "X")


def test_artist_and_title_are_separate_in_a_key() -> None:
    assert song_key("A\x1fB", "C") != song_key("A", "B\x1fC")
    assert song_key("A", "B") != song_key("B", "A")
    assert song_key("A B", "C") != song_key("A", "B C")


PIECES = st.sampled_from(
    [*EDITIONS, *OTHERS, " - ", "(", ")", "[", " feat. X", "Mono", " - Mono", "(Mono)", "2011", "&", "\u2010"]
)
TITLES = st.text() | st.lists(PIECES | st.text(max_size=3), max_size=5).map("".join)


@given(TITLES, TITLES)
@example("Song - Mono", "Song (Mono (Mono))")
@example("\u0345", "\u1e9e")
def test_the_key_of_a_key_is_the_same_key(artist: str, title: str) -> None:
    key = song_key(artist, title)
    assert key.count("\x1f") == 1
    assert song_key(*key.split("\x1f")) == key
    assert artist_key(artist) == key.split("\x1f")[0]
    assert artist_key(artist_key(artist)) == artist_key(artist)


@given(TITLES, st.sampled_from([" - Remastered 2011", " (feat. X)", " [Radio Edit]", " - Mono / 1999 Remaster"]))
def test_an_edition_of_any_title_has_its_key(title: str, edition: str) -> None:
    """Except for titles of signs alone, and those that brackets, dashes or guests turn into another title."""
    _, key = song_key("A", title).split("\x1f")
    if any(map(str.isalnum, key)) and not set("()[]-") & set(key) and "feat" not in key and "ft." not in key:
        assert song_key("A", title + edition) == f"a\x1f{key}"


@given(st.text(), st.sampled_from(["NFC", "NFD"]))
def test_keys_ignore_case_composition_and_spaces(name: str, form: Literal["NFC", "NFD"]) -> None:
    assert artist_key(name.casefold()) == artist_key(name)
    assert artist_key(normalize(form, name)) == artist_key(name)
    assert artist_key(f"  {name}\t") == artist_key(name)
