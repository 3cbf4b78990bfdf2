"""A link printed at the terminal signs one browser in, once and soon."""

import pytest
from starlette.testclient import TestClient

import application
import settings
from advice import public_command
from db.engine.connection import connected
from db.people.invitations import invited_account, make_invitation
from db.people.passes import make_pass
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.visitors.visiting import signed_in
from web.http.services import Services

USED_UP = f"This link has been used or has expired: make another with `{public_command('cli.py', 'sign-in USERNAME')}`."


@pytest.fixture
def alice(client: TestClient) -> int:
    return seed.account("alice", visibility="private")


def a_pass(account_id: int) -> str:
    with connected():
        return make_pass(account_id).text


def use(client: TestClient, text: str) -> int:
    return client.post("/sign-in/pass", data={"pass": text}).status_code


def reads(client: TestClient) -> bool:
    return client.get("/totals/alice").status_code == 200


def test_a_pass_signs_a_browser_in(client: TestClient, alice: int) -> None:
    text = a_pass(alice)
    assert f'value="{text}"' in client.get(f"/sign-in/pass?pass={text}").text
    assert not reads(client)  # showing the page does not use the pass
    answer = client.post("/sign-in/pass", data={"pass": text})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert reads(client)


def test_a_pass_is_valid_once(client: TestClient, alice: int) -> None:
    text = a_pass(alice)
    assert use(client, text) == 303
    client.cookies.clear()
    again = client.post("/sign-in/pass", data={"pass": text})
    assert (again.status_code, again.json()["detail"], reads(client)) == (403, USED_UP, False)


def test_a_newer_pass_replaces_an_older_one(client: TestClient, alice: int) -> None:
    earlier, later = a_pass(alice), a_pass(alice)
    assert (use(client, earlier), use(client, later)) == (403, 303)


@pytest.mark.parametrize(
    "change", ["UPDATE invitation SET expires_at = now()", "UPDATE account SET disabled_at = now()"]
)
def test_an_ended_pass_signs_nobody_in(client: TestClient, alice: int, change: str) -> None:
    text = a_pass(alice)
    seed.change(change)
    assert (use(client, text), reads(client)) == (403, False)


def test_passes_and_invitations_are_not_interchangeable(client: TestClient, alice: int) -> None:
    text = a_pass(alice)
    with connected():
        invitation = make_invitation(alice).text
        assert invited_account(text) is None
        assert invited_account(text.replace("pass_", "invitation_")) is None
    assert use(client, invitation) == 403
    assert use(client, invitation.replace("invitation_", "pass_")) == 403
    assert use(client, text) == 303  # the invitation has not replaced it


def test_a_pass_with_another_accounts_number_is_invalid(client: TestClient, alice: int) -> None:
    bob = seed.account("bob", visibility="private")
    text = a_pass(bob).replace(f"_{bob}_", f"_{alice}_", 1)
    assert use(client, text) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_page_signs_nobody_in(client: TestClient, alice: int, site: str) -> None:
    text = a_pass(alice)
    answer = client.post("/sign-in/pass", data={"pass": text}, headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert use(client, text) == 303  # the pass is still unused


def test_a_signed_in_visitor_needs_the_form_of_our_page(client: TestClient, alice: int) -> None:
    client.cookies = signed_in(seed.account("bob"))
    assert use(client, a_pass(alice)) == 403
    assert not reads(client)


@pytest.mark.parametrize(
    ("services", "comes_by", "is_secure"),
    [
        (Services(VERSION, lambda: NOW), "http", False),
        (Services(VERSION, lambda: NOW), "https", True),
        (Services(VERSION, lambda: NOW, over_https=True), "http", True),  # the proxy is not named in TRUSTED_PROXIES
    ],
)
def test_over_https_the_cookie_is_for_https_only_without_a_spotify_app(
    alice: int, services: Services, comes_by: str, is_secure: bool
) -> None:
    with service_client(services, "music.example") as client:
        client.base_url = f"{comes_by}://music.example"
        answer = client.post("/sign-in/pass", data={"pass": a_pass(alice)})
    assert (answer.status_code, "Secure" in answer.headers["set-cookie"].split("; ")) == (303, is_secure)


def test_the_program_recognises_https_by_redirect_uri(database_url: str) -> None:
    env = {"DATABASE_URL": database_url, "REDIRECT_URI": "https://music.example/connect/callback"}
    assert application.build_services(settings.read(env)).over_https
