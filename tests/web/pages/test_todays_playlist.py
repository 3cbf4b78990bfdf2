"""/connect/playlist and POST /account/playlist turn a listener's playlist on and off."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response

from collect.todays_playlist import write_playlists
from db.engine.connection import connected, rows
from db.lists.playlists import want_playlist
from db.people.accounts import ensure_accounts
from demo.fake_wire import refusal
from people.accounts import all_accounts
from tests.collect.playlists import LEAST, PRIVATE, READ, TODAY, URIS, recommend
from tests.web.pages.spotify_browser import Browser, spotify_browser
from tests.web.pages.test_account import refusal as refused_on_the_page
from tests.web.reading import links, words
from tests.web.visitors.visiting import by_our_page

AS_BEFORE = "Until then, no playlist is written; everything else stays as it was."
OFF = "Playlist on Spotify Off Insight can put each day\u2019s list into a private playlist of yours on Spotify"
SOON = "Playlist on Spotify On Insight fills your private playlist within the hour, once there is a list for today."


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
    return browser.client.post("/account/playlist", data={"playlist": value})


def stored() -> list[tuple[Any, ...]]:
    """The connection of each account, and whether it wants a playlist."""
    with connected():
        return rows(
            "SELECT username, access_token, refresh_token, scopes, authorised_at, reconnect_reason, playlist "
            "FROM account LEFT JOIN recommendation_preference ON account_id = id ORDER BY username"
        )


def is_wanted() -> bool:
    return stored()[0][-1] is True


def test_opting_in_asks_spotify_for_more_permissions(browser: Browser) -> None:
    assert OFF in page(browser)
    assert "/connect/playlist" in links(browser.client.get("/account/preferences").text)
    begun = browser.client.get("/connect/playlist")
    assert (begun.status_code, begun.headers["cache-control"]) == (302, "no-store")
    assert f"scope={LEAST}+{PRIVATE}+{READ}&" in begun.headers["location"]
    assert not is_wanted()
    answer = browser.client.get(browser.callback(begun, "alice"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/preferences#playlist")
    assert (is_wanted(), SOON in page(browser)) == (True, True)


def test_the_last_update_is_shown_and_turning_off_leaves_the_playlist(browser: Browser) -> None:
    browser.go("/connect/playlist", "alice")
    recommend(URIS[:3])
    with connected():
        list(write_playlists(browser.world.spotify, all_accounts(), lambda _: TODAY))
    assert "On Your private playlist on Spotify was last updated for 20 Nov 2026." in page(browser)
    answer = turn(browser, "off")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/preferences#playlist")
    (playlist,) = browser.world.fake.playlists.of("alice")
    assert (is_wanted(), playlist.uris, OFF in page(browser)) == (False, URIS[:3], True)


def test_an_earlier_permission_is_used_without_asking_again(browser: Browser) -> None:
    browser.go("/connect/playlist", "alice")
    turn(browser, "off")
    assert "/connect/playlist" not in links(browser.client.get("/account/preferences").text)
    assert (turn(browser, "on").status_code, is_wanted(), SOON in page(browser)) == (303, True, True)


@pytest.mark.parametrize(
    "change", ["scopes = 'user-read-recently-played'", "reconnect_reason = 'ended'", "refresh_token = NULL"]
)
def test_without_the_permission_the_playlist_cannot_be_turned_on(browser: Browser, change: str) -> None:
    browser.go("/connect/playlist", "alice")
    turn(browser, "off")
    with connected():
        rows(f"UPDATE account SET {change} WHERE username = 'alice' RETURNING 1")  # noqa: S608 - ours
    message = "`playlist` can be `on` only once Spotify has given permission: follow the link on this page."
    assert (refused_on_the_page(turn(browser, "on")), is_wanted()) == (message, False)


def test_a_playlist_that_the_consent_does_not_cover_is_shown_with_a_remedy(browser: Browser) -> None:
    with connected():
        ((account_id,),) = rows("SELECT id FROM account WHERE username = 'alice'")
        want_playlist(account_id)
    message = (
        "Playlist on Spotify Not allowed You have turned the playlist on, but Spotify\u2019s consent does not cover it"
    )
    assert message in page(browser)
    browser.go("/connect/playlist", "alice")
    assert SOON in page(browser)


def test_renewing_the_connection_keeps_the_playlist_allowed(browser: Browser) -> None:
    browser.go("/connect/playlist", "alice")
    browser.go("/connect?username=alice", "alice")
    assert SOON in page(browser)


def test_declining_changes_nothing(browser: Browser) -> None:
    before = stored()
    begun = browser.client.get("/connect/playlist")
    refused = browser.world.fake.accounts.refuse(begun.headers["location"]).removeprefix("http://127.0.0.1:8000")
    answer = browser.client.get(refused)
    message = "Consent was refused on Spotify's page. Open the link again and choose Agree."
    assert (answer.status_code, answer.json()["detail"]) == (400, f"{message} {AS_BEFORE}")
    assert (stored(), OFF in page(browser)) == (before, True)
    assert browser.client.get(refused).json()["detail"].startswith("No sign-in was started in this browser")


@pytest.mark.parametrize("scopes", [LEAST, f"{LEAST} {PRIVATE}"])
def test_agreeing_to_less_changes_nothing(browser: Browser, scopes: str) -> None:
    before = stored()
    begun = browser.client.get("/connect/playlist")
    callback = browser.world.fake.consent(begun.headers["location"], "alice", scopes)
    answer = browser.client.get(callback.removeprefix("http://127.0.0.1:8000"))
    assert (answer.status_code, answer.json()["detail"].endswith(AS_BEFORE)) == (400, True)
    assert stored() == before


def test_somebody_elses_consent_turns_nothing_on(browser: Browser) -> None:
    before = stored()
    answer = browser.go("/connect/playlist", "bob")
    assert (answer.status_code, "another Spotify account" in answer.json()["detail"]) == (409, True)
    assert stored() == before


def test_a_spotify_that_fails_turns_nothing_on(browser: Browser) -> None:
    before = stored()
    begun = browser.client.get("/connect/playlist")
    browser.world.fake.refuse(refusal(500, "Server error"), "/api/token")
    assert browser.client.get(browser.callback(begun, "alice")).status_code == 503
    assert stored() == before


def test_signing_out_meanwhile_turns_nothing_on(browser: Browser) -> None:
    before = stored()
    begun = browser.client.get("/connect/playlist")
    callback = browser.callback(begun, "alice")
    browser.client.post("/sign-out")
    answer = browser.client.get(callback)
    assert (answer.status_code, "sign in at /sign-in" in answer.json()["detail"]) == (403, True)
    assert stored() == before


def test_signing_in_as_another_listener_meanwhile_turns_nothing_on(browser: Browser) -> None:
    browser.world.connect("bob")
    begun = browser.client.get("/connect/playlist")
    pending, callback = browser.client.cookies["connecting"], browser.callback(begun, "alice")
    browser.sign_in("bob")
    before = stored()
    browser.client.cookies.set("connecting", pending, domain="127.0.0.1", path="/connect")
    assert browser.client.get(callback).status_code == 403
    assert stored() == before


def test_only_the_signed_in_listener_on_our_page_changes_the_playlist(browser: Browser) -> None:
    browser.go("/connect/playlist", "alice")
    foreign = browser.client.post(
        "/account/playlist", data={"playlist": "off"}, headers={"X-CSRF-Token": "x", "Origin": "http://evil.example"}
    )
    assert (foreign.status_code, is_wanted()) == (403, True)
    browser.client.cookies.clear()
    for answer in (turn(browser, "off"), browser.client.get("/connect/playlist")):
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Faccount")
    assert is_wanted()


@pytest.mark.parametrize("form", [{}, {"playlist": ""}, {"playlist": "yes"}])
def test_anything_but_on_and_off_is_refused(browser: Browser, form: dict[str, str]) -> None:
    answer = browser.client.post("/account/playlist", data=form)
    assert refused_on_the_page(answer) == "`playlist` must be one of on, off."


def test_under_another_host_name_the_browser_is_first_sent_to_the_one_spotify_knows(browser: Browser) -> None:
    session = browser.client.cookies["session"]
    answer = browser.client.get("/connect/playlist", headers={"Host": "localhost", "Cookie": f"session={session}"})
    assert (answer.status_code, answer.headers["location"]) == (302, "http://127.0.0.1:8000/connect/playlist")
    assert "set-cookie" not in answer.headers
