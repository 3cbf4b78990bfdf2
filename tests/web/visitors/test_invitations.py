"""An invitation lets somebody connect the account it was made for, once, within a week."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from db.engine.connection import connected, rows
from db.people.invitations import make_first_link, make_invitation
from db.people.secrets import Secret
from demo.fake_spotify import account_id
from demo.fake_wire import Answer
from tests.web import seed
from tests.web.pages.spotify_browser import Browser, spotify_browser
from tests.web.pages.test_connect import NOT_YOURS
from tests.web.visitors.test_sign_in import altered, is_signed_in

ELSEWHERE = {"X-Forwarded-For": "192.0.2.7"}  # so that the tests do not count as visitors on this machine


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    seed.account(visibility="private")
    seed.account("bob", visibility="private")
    with spotify_browser("alice", "bob") as browser:
        browser.client.headers.update(ELSEWHERE)
        yield browser


def invited(account_id: int = 1) -> str:
    with connected():
        return make_invitation(account_id).text


def refused(browser: Browser, username: str, invitation: str) -> bool:
    browser.forget_limits()
    answer = browser.client.get("/connect", params={"username": username, "invitation": invitation})
    if answer.status_code == 302:
        return False
    assert (answer.status_code, answer.json()["detail"]) == (403, NOT_YOURS)
    return True


def test_an_invited_listener_connects_and_is_signed_in(browser: Browser) -> None:
    path = f"/connect?username=alice&invitation={invited()}"
    done = browser.go(path, "alice")
    assert (done.status_code, done.headers["location"]) == (303, "/connect/done")
    assert is_signed_in(browser.client)
    browser.client.cookies = {}
    assert browser.client.get(path).status_code == 403  # the invitation was used


def test_an_invitation_may_be_followed_from_a_mail_in_a_browser(browser: Browser) -> None:
    browser.client.headers["Sec-Fetch-Site"] = "cross-site"  # as also when Spotify's page leads back
    assert browser.go(f"/connect?username=alice&invitation={invited()}", "alice").status_code == 303


def test_a_failed_attempt_leaves_the_invitation_valid(browser: Browser) -> None:
    path = f"/connect?username=alice&invitation={invited()}"
    browser.client.get(path)
    assert browser.client.get("/connect/callback?error=access_denied&state=x").status_code == 400
    assert browser.go(path, "alice").status_code == 303


def test_of_two_browsers_with_one_invitation_the_first_connects(browser: Browser) -> None:
    path = f"/connect?username=alice&invitation={invited()}"
    second = browser.callback(browser.client.get(path), "bob")
    pending = browser.client.cookies["connecting"]
    browser.client.cookies = {}
    assert browser.go(path, "alice").status_code == 303
    browser.client.cookies = {"connecting": pending}
    answer = browser.client.get(second)
    detail = "The invitation has been used or has expired in the meantime: ask for another."
    assert (answer.status_code, answer.json()["detail"]) == (403, detail)
    assert "session" not in browser.client.cookies


AT_ONCE = 6


def meet_at_the_token_endpoint(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the token endpoint answer no browser before all of them have asked."""
    real, all_there = browser.world.fake.answer, Barrier(AT_ONCE)

    def together(method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if "/api/token" in url:
            all_there.wait(120)
        return real(method, url, headers, body)

    monkeypatch.setattr(browser.world.fake, "answer", together)


def all_at_once(browser: Browser, path: str, listeners: list[str]) -> list[Response]:
    """Begin at `path` in a browser for each listener, and bring all Spotify's answers back at once."""
    places = [(f"192.0.2.{number}", 50000) for number in range(len(listeners))]
    browsers = [
        TestClient(browser.client.app, str(browser.client.base_url), client=place, follow_redirects=False)
        for place in places
    ]
    callbacks = [browser.callback(each.get(path), name) for each, name in zip(browsers, listeners, strict=True)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda each, callback: each.get(callback), browsers, callbacks))


@pytest.mark.parametrize("make", [make_invitation, make_first_link])
@pytest.mark.parametrize("of_one", [False, True])
def test_of_many_simultaneous_uses_of_an_invitation_one_connects(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, make: Callable[[int], Secret], of_one: bool
) -> None:
    listeners = ["alice"] * AT_ONCE if of_one else [f"listener-{number}" for number in range(AT_ONCE)]
    for name in set(listeners):
        browser.world.fake.add_listener(name)
    with connected():
        text = make(1).text
    meet_at_the_token_endpoint(browser, monkeypatch)
    answers = all_at_once(browser, f"/connect?username=alice&invitation={text}", listeners)
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(303), set(statuses) <= {303, 403, 409}) == (1, True)
    assert ["session" in answer.cookies for answer in answers] == [status == 303 for status in statuses]
    owner = account_id(listeners[statuses.index(303)])
    with connected():
        assert rows("SELECT spotify_account_id FROM account WHERE id = 1") == [(owner,)]
        assert rows("SELECT count(*) FROM web_session") == [(1,)]


def test_an_invitation_is_refused_for_another_account(browser: Browser) -> None:
    assert refused(browser, "bob", invited())
    assert refused(browser, "nobody", invited())


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE invitation SET expires_at = now()",
        "UPDATE invitation SET used_at = now()",
        "UPDATE account SET disabled_at = now()",
        "DELETE FROM invitation",
    ],
)
def test_an_ended_invitation_is_refused(browser: Browser, ending: str) -> None:
    invitation = invited()
    seed.change(ending)
    assert refused(browser, "alice", invitation)


def test_a_new_invitation_replaces_the_one_before(browser: Browser) -> None:
    first, second = invited(), invited()
    of_bob = invited(2)
    assert refused(browser, "alice", first)
    assert (refused(browser, "alice", second), refused(browser, "bob", of_bob)) == (False, False)


def test_forged_invitations_are_refused(browser: Browser) -> None:
    dice, invitation, of_bob = random.Random(8), invited(), invited(2)
    for _ in range(200):
        forged = dice.choice([
            altered(invitation, dice), invitation[:-1], invitation + "A", invitation.replace("_1_", "_2_"), of_bob,
            invitation.replace("invitation_", "session_"), "", "invitation_1_", "é", "\0",
        ])  # fmt: skip
        assert refused(browser, "alice", forged), forged
    assert not refused(browser, "alice", invitation)
