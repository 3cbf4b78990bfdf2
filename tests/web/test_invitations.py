"""/connect with an invitation: for the account it was made for, once, for a week."""

import random
from collections.abc import Iterator

import pytest

from db.connection import connected
from db.invitations import make_invitation
from tests.web import seed
from tests.web.spotify_browser import Browser, spotify_browser
from tests.web.test_connect import NOT_YOURS
from tests.web.test_sign_in import altered, is_signed_in

ELSEWHERE = {"X-Forwarded-For": "192.0.2.7"}  # so that it does not count that the tests run on this machine


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


def test_who_is_invited_connects_and_is_signed_in(browser: Browser) -> None:
    path = f"/connect?username=alice&invitation={invited()}"
    done = browser.go(path, "alice")
    assert (done.status_code, done.headers["location"]) == (303, "/connect/done")
    assert is_signed_in(browser.client)
    browser.client.cookies = {}
    assert browser.client.get(path).status_code == 403  # it was used


def test_an_attempt_that_fails_leaves_it_good(browser: Browser) -> None:
    path = f"/connect?username=alice&invitation={invited()}"
    browser.client.get(path)
    assert browser.client.get("/connect/callback?error=access_denied&state=x").status_code == 400
    assert browser.go(path, "alice").status_code == 303


def test_of_two_who_have_it_the_first_connects(browser: Browser) -> None:
    path = f"/connect?username=alice&invitation={invited()}"
    second = browser.callback(browser.client.get(path), "bob")
    kept = browser.client.cookies["connecting"]
    browser.client.cookies = {}
    assert browser.go(path, "alice").status_code == 303
    browser.client.cookies = {"connecting": kept}
    answer = browser.client.get(second)
    detail = "The invitation has been used or has expired meanwhile: ask for another."
    assert (answer.status_code, answer.json()["detail"]) == (403, detail)
    assert "session" not in browser.client.cookies


def test_it_is_for_no_other_account(browser: Browser) -> None:
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
def test_one_that_has_ended_is_refused(browser: Browser, ending: str) -> None:
    invitation = invited()
    seed.change(ending)
    assert refused(browser, "alice", invitation)


def test_a_new_one_takes_the_place_of_the_one_before(browser: Browser) -> None:
    first, second = invited(), invited()
    of_bob = invited(2)
    assert refused(browser, "alice", first)
    assert (refused(browser, "alice", second), refused(browser, "bob", of_bob)) == (False, False)


def test_forged_ones_are_refused(browser: Browser) -> None:
    dice, invitation, of_bob = random.Random(8), invited(), invited(2)
    for _ in range(200):
        forged = dice.choice([
            altered(invitation, dice), invitation[:-1], invitation + "A", invitation.replace("_1_", "_2_"), of_bob,
            invitation.replace("invitation_", "session_"), "", "invitation_1_", "é", "\0",
        ])  # fmt: skip
        assert refused(browser, "alice", forged), forged
    assert not refused(browser, "alice", invitation)
