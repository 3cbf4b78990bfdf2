"""Listeners read their private account, everybody reads public accounts, and links show what they were made for."""

from collections.abc import Mapping

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.visitors.visiting import shared, signed_in, with_token

QUESTION = "/totals/alice"


@pytest.fixture
def alice(client: TestClient) -> int:
    return seed.account("alice", visibility="private")


def status(
    client: TestClient, path: str, cookies: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> int:
    client.cookies = dict(cookies or {})
    return client.get(path, headers=headers).status_code


def test_a_private_account_looks_like_a_missing_one(client: TestClient, alice: int) -> None:
    bob = signed_in(seed.account("bob"))
    for cookies in ({}, bob):
        client.cookies = cookies
        private, absent = client.get(QUESTION).json(), client.get("/totals/nobody").json()
        assert private["detail"].replace("alice", "nobody") == absent["detail"]
        assert (private["status"], absent["status"]) == (404, 404)


def test_a_listener_reads_the_account_signed_in_or_with_a_token(client: TestClient, alice: int) -> None:
    assert status(client, QUESTION, signed_in(alice)) == 200
    assert status(client, QUESTION, headers=with_token(alice)) == 200
    token = with_token(alice)["Authorization"].removeprefix("Bearer ")
    assert status(client, QUESTION, headers={"Authorization": f"Token {token}"}) == 200


def test_a_token_reads_only_what_it_was_made_for(client: TestClient, alice: int) -> None:
    only = with_token(alice, questions=["clock"])
    assert (status(client, "/clock/alice", headers=only), status(client, QUESTION, headers=only)) == (200, 404)
    assert status(client, QUESTION, headers=with_token(alice, "submit")) == 404


def test_a_link_shows_only_what_it_was_made_for(client: TestClient, alice: int) -> None:
    every = shared(alice)
    assert status(client, f"{QUESTION}?share={every}") == 200
    assert status(client, f"/history/alice?share={every}") == 200
    one = shared(alice, "totals", "2024")
    assert status(client, f"{QUESTION}?share={one}") == 200
    assert client.get(f"{QUESTION}?share={one}").json()["period"]["name"] == "2024"
    assert status(client, f"{QUESTION}?share={one}&period=2023") == 400
    assert status(client, f"/clock/alice?share={one}") == 404
    of_2024 = shared(alice, None, "2024")
    assert status(client, f"/history/alice?share={of_2024}") == 404  # the history takes no period by name
    redacted = shared(alice, redacted=True)
    assert status(client, f"/top-tracks/alice?share={redacted}") == 200
    assert status(client, f"/history/alice?share={redacted}") == 404
    assert status(client, f"/countries/alice?share={redacted}") == 404


def test_an_empty_link_is_ignored(client: TestClient, alice: int) -> None:
    seed.account("bob")  # public
    assert status(client, "/totals/bob?share=") == 200
    assert status(client, f"{QUESTION}?share=") == 404
    assert status(client, f"{QUESTION}?share=", signed_in(alice)) == 200
    assert status(client, f"/today/alice?share={shared(alice)}&share=", signed_in(alice)) == 404  # there is no list
    assert client.get("/today/alice?share=").headers["content-type"].startswith("text/html")


def test_a_link_shows_no_other_account(client: TestClient, alice: int) -> None:
    seed.account("bob")  # public
    assert status(client, f"/totals/bob?share={shared(alice)}") == 404


@pytest.mark.parametrize("ending", ["UPDATE api_token SET revoked_at = now()",
                                    "UPDATE api_token SET expires_at = now() - interval '1 s'",
                                    "UPDATE account SET disabled_at = now()"])  # fmt: skip
def test_an_ended_token_is_refused(client: TestClient, alice: int, ending: str) -> None:
    token = with_token(alice)
    seed.change(ending)
    answer = client.get(QUESTION, headers=token)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize(
    "header", ["Bearer x", "Bearer insight_1_x", "Token ", "Basic YWxpY2U6eA==", "Bearer exchanged_x"]
)
def test_an_invalid_token_is_refused(client: TestClient, alice: int, header: str) -> None:
    assert status(client, QUESTION, headers={"Authorization": header}) == 401


def test_an_ended_link_is_not_found(client: TestClient, alice: int) -> None:
    link = shared(alice)
    seed.change("UPDATE share_link SET expires_at = now()")
    assert status(client, f"{QUESTION}?share={link}") == 404


def test_an_ended_session_counts_as_none(client: TestClient, alice: int) -> None:
    cookies = signed_in(alice)
    seed.change("UPDATE web_session SET expires_at = now()")
    assert status(client, QUESTION, cookies) == 404
    seed.change("UPDATE account SET visibility = 'public'")
    assert status(client, QUESTION, cookies) == 200


def test_only_readable_accounts_are_listed(client: TestClient, alice: int) -> None:
    seed.account("bob")
    assert [user["username"] for user in client.get("/users").json()] == ["bob"]
    client.cookies = signed_in(alice)
    assert [user["username"] for user in client.get("/users").json()] == ["alice", "bob"]


def test_both_accounts_of_a_comparison_have_to_be_readable(client: TestClient, alice: int) -> None:
    bob = seed.account("bob", visibility="private")
    seed.account("carol")
    assert status(client, "/compare/alice/bob", signed_in(alice)) == 404
    assert status(client, "/compare/alice/bob", signed_in(bob)) == 404
    assert status(client, "/compare/alice/carol", signed_in(alice)) == 200
