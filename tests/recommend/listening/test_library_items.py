"""What is known of an artist or an album is what its songs add up to."""

from math import isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.listening.library_items import KnownAlbum, KnownArtist, albums_of, artists_of
from recommend.listening.names import album_key, artist_key
from recommend.listening.songs import HALF_LIVES, Song
from tests.recommend.contexts import context, song
from tests.recommend.made_up import MANY, libraries


def assert_adds_up(known: KnownArtist | KnownAlbum, songs: list[Song], faint: int) -> None:
    assert known.songs == songs
    assert known.plays == sum(each.plays for each in songs) + faint
    assert known.month == sum(each.month for each in songs)
    assert isclose(known.explored, sum(each.newness for each in songs))
    for half_life in HALF_LIVES:
        assert isclose(known.decay(half_life), sum(each.decay(half_life) for each in songs))


@MANY
@given(libraries())
def test_every_song_counts_for_its_artist_once(songs: list[Song]) -> None:
    items = artists_of(songs, {"a": 7, "nobody": 7})
    assert list(items) == list(dict.fromkeys(artist_key(each.artist) for each in songs))
    for key, artist in items.items():
        assert artist.key == key
        assert_adds_up(artist, [each for each in songs if artist_key(each.artist) == key], 7 if key == "a" else 0)


@MANY
@given(libraries())
def test_every_song_counts_for_its_album_once(songs: list[Song]) -> None:
    on_albums = [(album_key(each.artist, each.album), each) for each in songs if each.album is not None]
    items = albums_of(songs)
    assert list(items) == list(dict.fromkeys(key for key, _ in on_albums))
    for key, album in items.items():
        assert album.key == key
        assert_adds_up(album, [each for theirs, each in on_albums if theirs == key], 0)


@MANY
@given(libraries(), st.randoms(use_true_random=False))
def test_sums_are_identical_in_any_order(songs: list[Song], chance: Random) -> None:
    before = {key: artist.decay(HALF_LIVES[0]) for key, artist in artists_of(songs, {}).items()}
    chance.shuffle(songs)
    assert {key: artist.decay(HALF_LIVES[0]) for key, artist in artists_of(songs, {}).items()} == before


def test_an_artist_and_an_album_are_named_as_their_first_song_names_them() -> None:
    here = context(song("One", "Björk", "Post"), song("Two", "BJORK", "Post (Deluxe Edition)"), song("Three", "bjork"))
    assert {key: (artist.name, len(artist.songs)) for key, artist in here.artists.items()} == {"bjork": ("Björk", 3)}
    assert {key: (album.name, album.artist, len(album.songs)) for key, album in here.albums.items()} == {
        album_key("Björk", "Post"): ("Post", "Björk", 2)
    }


def test_albums_of_one_name_by_two_artists_are_two() -> None:
    items = albums_of([song("One", "A", "Greatest Hits"), song("One", "B", "Greatest Hits")])
    assert [(album.artist, album.plays) for album in items.values()] == [("A", 1), ("B", 1)]


@pytest.mark.parametrize("half_life", [0, 1, 31, 365])
def test_an_unknown_half_life_is_an_error(half_life: int) -> None:
    (artist,) = artists_of([song("One")], {}).values()
    with pytest.raises(ValueError, match="not in tuple"):
        artist.decay(half_life)


def test_without_plays_no_artist_is_known() -> None:
    assert (artists_of([], {"a": 9}), albums_of([]), albums_of([song("One")])) == ({}, {}, {})
