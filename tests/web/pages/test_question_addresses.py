"""An address of a question without an account is answered with how it continues, for people and programs."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.contract import check_problem, problem
from tests.web.reading import words
from tests.web.visitors.visiting import signed_in, with_token

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("/activity", "/activity/{username}"),
        ("/history/", "/history/{username}"),
        ("/compare", "/compare/{username}/{other}"),
        ("/track", "/track/{id}/{username}"),
        ("/recommendation-quality", "/recommendation-quality/{username}"),
    ],
)
def test_a_program_gets_the_pattern_of_the_whole_address(nowhere: TestClient, path: str, whole: str) -> None:
    answer = nowhere.get(path)
    detail = f"This address is not complete. It continues as in {whole}; /users lists the accounts that you may read."
    assert (answer.status_code, answer.json()) == (404, problem(404, "Not Found", detail, path))


def test_a_signed_in_listener_sees_their_own_address(client: TestClient) -> None:
    client.event_hooks = {}  # a page at an address that the OpenAPI document does not have
    client.cookies = signed_in(seed.account("alice"))
    answer = client.get("/activity", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "This address is not complete. It continues as in /activity/alice." in words(answer.text)
    client.cookies = {}
    assert "It continues as in /activity/{username}" in words(client.get("/activity", headers=BROWSER).text)


def test_a_program_with_a_token_gets_its_listeners_address(client: TestClient) -> None:
    headers = with_token(seed.account("alice"))
    assert client.get("/top-tracks", headers=headers).json()["detail"].endswith("as in /top-tracks/alice.")
    assert client.get("/top-tracks", headers={"Authorization": "Bearer made up"}).status_code == 401


@pytest.mark.parametrize("path", ["/activities", "/activity/alice/x", "/x/activity"])
def test_other_addresses_are_not_found(nowhere: TestClient, path: str) -> None:
    answer = nowhere.get(path)
    check_problem(answer)
    assert (answer.status_code, "/openapi.json" in answer.json()["detail"]) == (404, True)


def test_such_an_address_accepts_no_post(nowhere: TestClient) -> None:
    assert nowhere.post("/activity").status_code == 404
