"""GET /1/validate-token answers as ListenBrainz does."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.listenbrainz.playing import error, token_of
from tests.web.visitors.visiting import shared

PATH = "/1/validate-token"
INVALID = {"code": 200, "message": "Token invalid.", "valid": False}


@pytest.mark.parametrize("scopes", [("read",), ("submit",), ("read", "submit")])
def test_a_token_is_valid_whatever_its_scopes(client: TestClient, scopes: tuple[str, ...]) -> None:
    headers = token_of(seed.account(visibility="private"), *scopes)
    valid = {"code": 200, "message": "Token valid.", "valid": True, "user_name": "alice"}
    answer = client.get(PATH, headers=headers)
    assert (answer.status_code, answer.json(), answer.headers["cache-control"]) == (200, valid, "no-store")
    word = headers["Authorization"].removeprefix("Token")
    for scheme in ("token", "Bearer"):
        assert client.get(PATH, headers={"Authorization": scheme + word}).json() == valid


@pytest.mark.parametrize("header", ["Token insight_1_forged", "Token ", "Basic YTpi"])
def test_an_invalid_token_is_reported_as_invalid(client: TestClient, header: str) -> None:
    answer = client.get(PATH, headers={"Authorization": header})
    assert (answer.status_code, answer.json()) == (200, INVALID)


def test_invalid_tokens_are_rate_limited(client: TestClient) -> None:
    headers = {"Authorization": "Token insight_1_forged"}
    assert [client.get(PATH, headers=headers).status_code for _ in range(31)] == [200] * 30 + [429]


def test_a_request_without_a_token_is_refused(client: TestClient) -> None:
    nothing = {"code": 400, "error": "Send `Authorization: Token` with the token to look at."}
    assert error(client.get(PATH)) == (400, nothing)
    assert error(client.get(f"{PATH}?share={shared(seed.account())}")) == (400, nothing)
