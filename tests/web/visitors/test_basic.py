"""Programs that support only HTTP Basic can read with a token as the password."""

from base64 import b64encode

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.visitors.visiting import by_password, signed_in, token_of

QUESTION = "/totals/alice"


@pytest.fixture
def alice(client: TestClient) -> int:
    return seed.account("alice", visibility="private")


@pytest.mark.parametrize("username", ["alice", "", "anybody", "a b"])
def test_the_password_is_the_token_and_the_username_is_ignored(client: TestClient, alice: int, username: str) -> None:
    assert client.get(QUESTION, headers=by_password(token_of(alice), username)).status_code == 200


def test_the_rights_are_those_of_the_token(client: TestClient, alice: int) -> None:
    only = by_password(token_of(alice, questions=["clock"]))
    assert client.get("/clock/alice", headers=only).status_code == 200
    assert client.get(QUESTION, headers=only).status_code == 404
    assert client.get(QUESTION, headers=by_password(token_of(alice, "submit"))).status_code == 404
    bob = token_of(seed.account("bob", visibility="private"))
    assert client.get(QUESTION, headers=by_password(bob)).status_code == 404


def test_an_invalid_password_makes_the_client_ask_again(client: TestClient, alice: int) -> None:
    answer = client.get(QUESTION, headers=by_password(f"insight_{alice}_{'x' * 43}"))
    assert (answer.status_code, answer.json()["detail"]) == (401, "Invalid, expired or revoked token.")
    assert answer.headers["www-authenticate"] == 'Basic realm="insight", charset="UTF-8"'


@pytest.mark.parametrize("credentials", ["", "%%%", b64encode(b"no colon").decode(), b64encode(b"\xff:\xff").decode()])
def test_malformed_credentials_are_refused(client: TestClient, alice: int, credentials: str) -> None:
    assert client.get(QUESTION, headers={"Authorization": f"Basic {credentials}"}).status_code == 401


def test_a_browser_without_a_password_is_not_asked_for_one(client: TestClient, alice: int) -> None:
    """A browser would send the password with every later request, even one made by another site's page."""
    for address in (QUESTION, "/accounts", "/metrics", "/administration"):
        assert not client.get(address).headers.get("www-authenticate", "").startswith("Basic")


def test_a_password_changes_nothing(client: TestClient, alice: int) -> None:
    own = by_password(token_of(alice, "read", "submit", "administer"))
    for method, path in (
        ("POST", "/recommendation-feedback"), ("PATCH", "/users/alice"), ("POST", "/users"),
        ("POST", "/account/visibility"), ("POST", "/account/tokens"), ("POST", "/1/submit-listens"),
        ("POST", "/users/alice/disable"), ("POST", "/account/delete"), ("POST", "/mcp"),
    ):  # fmt: skip
        answer = client.request(method, path, headers={**own, "Accept": "*/*"}, json={})
        assert answer.status_code in {401, 403}, path
    assert client.get(QUESTION, headers=own).status_code == 200


def test_a_password_has_precedence_over_a_session(client: TestClient, alice: int) -> None:
    """So has every other Authorization header: a request comes from one visitor only."""
    client.cookies = signed_in(alice)
    bob = token_of(seed.account("bob", visibility="private"))
    assert client.get(QUESTION, headers=by_password(bob)).status_code == 404
    assert client.post("/sign-out-everywhere", headers=by_password(bob)).status_code == 403


def test_another_sites_page_changes_nothing_with_a_password_that_the_browser_sends(
    client: TestClient, alice: int
) -> None:
    own = by_password(token_of(alice))
    for elsewhere in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.post("/appearance", headers={**own, **elsewhere}, data={"theme": "dark"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
