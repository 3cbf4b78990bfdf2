"""/connect/library and POST /account/library turn the reading of playlists and the library on and off."""

from collections.abc import Iterator

import pytest
from httpx2 import Response

from collect.spotify_library.reading import read_libraries
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from demo.fake_shelf import item_of
from people.accounts import all_accounts
from tests.fake import TRACKS
from tests.web.pages.spotify_browser import Browser, spotify_browser
from tests.web.pages.test_account import refusal as refused_on_the_page
from tests.web.reading import links, words
from tests.web.visitors.visiting import by_our_page

OFF = "Playlists and library Off Insight can read your playlists, liked songs, saved albums and followed artists"
SOON = "Playlists and library On Insight reads them within the hour, and then once a day."
SCOPES = "playlist-read-private+playlist-read-collaborative+user-library-read+user-follow-read"


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """A browser in which Alice is signed in; her account is connected."""
    with connected():
        ensure_accounts(["alice", "bob"], "UTC")
    with spotify_browser("alice", "bob") as browser:
        browser.world.connect("alice")
        session = browser.sign_in("alice")
        browser.client.headers.update(by_our_page({"session": session}))
        yield browser


def page(browser: Browser) -> str:
    return words(browser.client.get("/account/preferences").text)


def turn(browser: Browser, value: str) -> Response:
    return browser.client.post("/account/library", data={"library": value})


def count(table: str) -> int:
    with connected():
        return len(rows(f"SELECT FROM {table}"))


def read(browser: Browser) -> list[str]:
    world = browser.world
    with connected():
        return list(read_libraries(lambda: world.spotify, all_accounts(), world.clock()))


def test_opting_in_asks_spotify_for_more_permissions(browser: Browser) -> None:
    assert OFF in page(browser)
    assert "/connect/library" in links(browser.client.get("/account/preferences").text)
    begun = browser.client.get("/connect/library")
    assert (begun.status_code, begun.headers["cache-control"]) == (302, "no-store")
    assert f"scope=user-read-recently-played+{SCOPES}&" in begun.headers["location"]
    assert count("library_reading") == 0
    answer = browser.client.get(browser.callback(begun, "alice"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/preferences#library")
    assert (count("library_reading"), SOON in page(browser)) == (1, True)


def test_turning_it_off_deletes_what_was_read(browser: Browser) -> None:
    browser.go("/connect/library", "alice")
    browser.world.fake.playlists.add("alice", "Evenings").fill([item_of(TRACKS[0])])
    assert read(browser) == ["alice: library read; 1 playlist has been read"]
    assert "On Last read on 20 Nov 2026. Insight reads them once a day." in page(browser)
    assert (count("listener_playlist"), count("listed_song")) == (1, 1)
    answer = turn(browser, "off")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/preferences#library")
    assert OFF in page(browser)
    assert [count(table) for table in ("library_reading", "listener_playlist", "playlist_item", "listed_song")] == [
        0
    ] * 4
    assert read(browser) == []


def test_the_listener_shows_the_library_and_turning_it_off_hides_it(browser: Browser) -> None:
    browser.go("/connect/library", "alice")
    shown = "checked> <span>Show my library to those who may read my account"
    address = "/account/preferences"
    assert shown not in browser.client.get(address).text
    answer = browser.client.post("/account/library/visibility", data={"shown": "on"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/preferences#library")
    assert shown in browser.client.get(address).text
    assert 'value="library"' in browser.client.get("/account/privacy").text
    browser.client.post("/account/library/visibility", data={})
    assert shown not in browser.client.get(address).text
    assert 'value="library"' not in browser.client.get("/account/privacy").text
    browser.client.post("/account/library/visibility", data={"shown": "on"})
    turn(browser, "off")
    turn(browser, "on")
    assert shown not in browser.client.get(address).text


def test_what_was_allowed_before_is_turned_on_without_asking_again(browser: Browser) -> None:
    browser.go("/connect/library", "alice")
    turn(browser, "off")
    assert "/connect/library" not in links(browser.client.get("/account/preferences").text)
    assert (turn(browser, "on").status_code, SOON in page(browser)) == (303, True)


def test_without_the_permission_reading_cannot_be_turned_on(browser: Browser) -> None:
    message = "`library` can be `on` only once Spotify has given permission: follow the link on this page."
    assert (refused_on_the_page(turn(browser, "on")), count("library_reading")) == (message, 0)


def test_declining_changes_nothing(browser: Browser) -> None:
    begun = browser.client.get("/connect/library")
    declined = browser.world.fake.accounts.refuse(begun.headers["location"]).removeprefix("http://127.0.0.1:8000")
    answer = browser.client.get(declined, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "Until then, playlists and library are not read; everything else stays as it was." in words(answer.text)
    assert (count("library_reading"), OFF in page(browser)) == (0, True)


def test_both_features_keep_their_permissions_when_one_is_added(browser: Browser) -> None:
    browser.go("/connect/playlist", "alice")
    browser.go("/connect/library", "alice")
    with connected():
        ((scopes,),) = rows("SELECT scopes FROM account WHERE username = 'alice'")
    assert {"playlist-modify-private", "user-library-read"} <= set(scopes.split())


def test_a_failed_reading_is_shown_on_the_page(browser: Browser) -> None:
    browser.go("/connect/library", "alice")
    browser.world.fake.limit("/v1/me/playlists", 0)
    assert len(read(browser)) == 1
    assert "The latest reading did not finish. Insight tries again by itself." in page(browser)


def test_visitors_have_to_sign_in_first(browser: Browser) -> None:
    browser.client.cookies.clear()
    assert browser.client.get("/connect/library").headers["location"] == "/sign-in?next=%2Faccount"
