"""A reading that is killed at any call loses nothing and stores nothing twice; the next run completes it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from collect.spotify_library.reading import read_libraries
from db.engine.connection import connected, rows
from demo.fake_library import FakeSavedAlbum
from people.accounts import all_accounts
from spotify.http import Http
from tests.collect.spotify_library.shelves import LONG_AGO, alice, api_paths, listed, playlist, read
from tests.fake import CATALOGUE, TRACKS, World, transport

CALLS = 12  # the token, the list, three playlists of two pages, liked songs of two pages, albums and artists
REMOVED = 5  # songs, of each playlist
ITEMS = "SELECT playlist_id, place, uri, added_at, removed_at FROM playlist_item"
LIKED = "SELECT key, removed_at FROM library_item WHERE kind = 'song'"
Content = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


class Killed(BaseException):
    """Stands for SIGKILL: nothing catches it."""


def shelves() -> World:
    here = alice()
    for number in range(3):
        playlist(here, *range(number, number + 60), name=f"Playlist {number}")
    here.fake.library.liked["alice"] = listed(*range(70))
    here.fake.library.artists["alice"] = list(CATALOGUE.artists[:10])
    albums = [track.album for track in TRACKS[:3] if track.album]
    here.fake.library.albums["alice"] = [FakeSavedAlbum(album, LONG_AGO, 9) for album in albums]
    return here


def change(here: World) -> None:
    """The next day, something else is in all of them."""
    here.clock.forward(days=1)
    for made in here.fake.playlists.of("alice"):
        made.fill(made.items[REMOVED:])
    here.fake.library.liked["alice"] = listed(80, *range(60))
    here.fake.requests.clear()


def content() -> Content:
    with connected():
        return sorted(rows(ITEMS), key=str), sorted(rows(LIKED))


def read_until_killed(here: World, calls: int) -> None:
    """Read until `calls` calls were answered; the next one never is."""
    inner = transport(here.fake)
    left = calls

    def handle(request: httpx.Request) -> httpx.Response:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return inner.handle_request(request)

    spotify = replace(here.spotify, http=Http(httpx.MockTransport(handle), here.slept.append))
    with pytest.raises(Killed), connected():
        list(read_libraries(lambda: spotify, all_accounts(), here.clock()))


@pytest.mark.parametrize("killed_at", range(CALLS))
def test_a_reading_that_was_killed_at_any_call_goes_on_where_it_was(database_url: str, killed_at: int) -> None:
    here = shelves()
    read(here)
    change(here)
    read_until_killed(here, killed_at)
    assert len(read(here)) == 1
    assert content() == expected(here)
    here.fake.requests.clear()
    assert (read(here), api_paths(here)) == ([], [])


def test_an_undisturbed_reading_makes_as_many_calls(database_url: str) -> None:
    here = shelves()
    read(here)
    change(here)
    read(here)
    assert len(here.fake.requests) == CALLS
    assert content() == expected(here)


def expected(here: World) -> Content:
    """What Spotify lists now, and what was removed from it."""
    items = [
        (made.id, place, item.uri, item.added_at, None)
        for made in here.fake.playlists.of("alice")
        for place, item in enumerate(made.items)
    ]
    removed = [
        (made.id, place, str(TRACKS[number + place].uri), LONG_AGO + timedelta(days=place), here.clock())
        for number, made in enumerate(reversed(here.fake.playlists.of("alice")))
        for place in range(REMOVED)
    ]
    liked = {item.uri: None for item in here.fake.library.liked["alice"]}
    unliked = {str(track.uri): here.clock() for track in TRACKS[60:70]}
    return sorted([*items, *removed], key=str), sorted({**liked, **unliked}.items())
