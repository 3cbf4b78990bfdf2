"""Addresses with a former username redirect for a while, for those who may read the account."""

import pytest
from starlette.testclient import TestClient

from db.account_changes.usernames import rename_account
from db.engine.connection import connected
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.contract import problem
from tests.web.visitors.visiting import shared, signed_in, with_token
from web.http.services import Services

ADDRESSES = {
    "/history/alice?limit=2&from=2024-01-01": "/history/alicia?limit=2&from=2024-01-01",
    "/gaps/alice": "/gaps/alicia",
    "/totals/alice?period=2024": "/totals/alicia?period=2024",
    "/user-recommendations/alice": "/user-recommendations/alicia",
    "/compare/alice/bob": "/compare/alicia/bob",
    "/compare/bob/alice": "/compare/bob/alicia",
    "/track/123/alice": "/track/123/alicia",
}


def renamed(visibility: str) -> int:
    account = seed.account("alice", visibility=visibility)
    seed.account("bob")
    with connected():
        rename_account("alice", "alicia")
    return account


@pytest.mark.parametrize(("old", "new"), ADDRESSES.items())
def test_old_addresses_redirect_with_the_same_query(client: TestClient, old: str, new: str) -> None:
    renamed("public")
    answer = client.get(old)
    assert (answer.status_code, answer.headers["location"], answer.content) == (308, new, b"")
    assert answer.headers["cache-control"] == "no-store"


def test_an_id_equal_to_the_old_name_is_kept(client: TestClient) -> None:
    seed.account("123")
    with connected():
        rename_account("123", "456")
    assert client.get("/track/123/123").headers["location"] == "/track/123/456"


def test_a_private_account_redirects_only_those_who_may_read_it(client: TestClient) -> None:
    alice = renamed("private")
    absent = client.get("/history/alice")
    detail = "There is no account 'alice' that you may read; /users lists those that you may."
    assert (absent.status_code, absent.json()) == (404, problem(404, "Not Found", detail, "/history/alice"))
    link = shared(alice)
    assert client.get("/history/alice", headers=with_token(alice)).headers["location"] == "/history/alicia"
    assert client.get(f"/history/alice?share={link}").headers["location"] == f"/history/alicia?share={link}"
    client.cookies = signed_in(alice)
    assert client.get("/history/alice").headers["location"] == "/history/alicia"
    assert client.get("/history/alice", follow_redirects=True).status_code == 200


def test_old_addresses_end_after_a_while(client: TestClient) -> None:
    renamed("public")
    seed.change("UPDATE former_username SET until = now()")
    assert client.get("/history/alice").status_code == 404


def test_redirects_stay_under_the_base_path(database_url: str) -> None:
    renamed("public")
    with service_client(Services(VERSION, lambda: NOW, base_path="/insight")) as client:
        assert client.get("/insight/totals/alice?tz=UTC").headers["location"] == "/insight/totals/alicia?tz=UTC"
