"""POST /oauth/token exchanges a program's token for one that lasts an hour."""

import base64
import logging
from collections.abc import Iterator

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from db.engine.cipher import Cipher
from db.engine.connection import connected, rows
from db.people.api_tokens import make_token, revoke_token
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.contract import problem
from web.http.services import Services

QUESTION = "/totals/alice"
INVALID_CLIENT = "client_id must be a token's number and client_secret the token: this token is invalid."


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with service_client(Services(VERSION, lambda: NOW, sealer=Cipher("k" * 32))) as client:
        yield client


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account(visibility="private")


def token(account_id: int, *scopes: str, questions: list[str] | None = None) -> tuple[str, str]:
    """Create a token; returns its number and its text."""
    with connected():
        number, secret = make_token(account_id, "a program", scopes or ("read",), questions)
        return str(number), secret.text


def basic(number: str, text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{number}:{text}'.encode()).decode()}"}


def exchange(client: TestClient, credentials: tuple[str, str], **more: str) -> Response:
    number, text = credentials
    form = {"grant_type": "client_credentials", "client_id": number, "client_secret": text, **more}
    return client.post("/oauth/token", data=form)


def status(client: TestClient, answer: Response, path: str = QUESTION) -> int:
    return client.get(path, headers={"Authorization": f"Bearer {answer.json()['access_token']}"}).status_code


def test_a_token_is_exchanged_for_one_that_lasts_an_hour(
    client: TestClient, alice: int, caplog: pytest.LogCaptureFixture
) -> None:
    number, text = token(alice, "read", "submit")
    with caplog.at_level(logging.INFO, "insight.audit"):
        answer = exchange(client, (number, text))
    body = answer.json()
    short = body.pop("access_token")
    assert (answer.status_code, body) == (200, {"token_type": "Bearer", "expires_in": 3600, "scope": "read submit"})
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert client.get(QUESTION, headers={"Authorization": f"Bearer {short}"}).status_code == 200
    assert '"event": "token-exchanged", "username": "alice", "token": 1' in caplog.text
    assert (text in caplog.text, short in caplog.text) == (False, False)


def test_the_client_can_name_itself_in_the_header(client: TestClient, alice: int) -> None:
    answer = client.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=basic(*token(alice)))
    assert (answer.status_code, status(client, answer)) == (200, 200)


def test_a_scope_narrows_the_rights_of_the_new_token(client: TestClient, alice: int) -> None:
    credentials = token(alice, "read", "submit")
    narrowed = exchange(client, credentials, scope="submit")
    assert (narrowed.json()["scope"], status(client, narrowed)) == ("submit", 404)
    wider = exchange(client, credentials, scope="read administer")
    message = "scope must be some of this token's scopes, separated by spaces: read submit."
    assert (wider.status_code, wider.json()) == (400, {"error": "invalid_scope", "error_description": message})


def test_the_new_token_has_the_questions_of_the_old_one(client: TestClient, alice: int) -> None:
    answer = exchange(client, token(alice, questions=["clock"]))
    assert (status(client, answer, "/clock/alice"), status(client, answer)) == (200, 404)


def test_revoking_a_token_ends_those_it_was_exchanged_for(client: TestClient, alice: int) -> None:
    credentials = token(alice)
    answer = exchange(client, credentials)
    with connected():
        revoke_token(alice, int(credentials[0]))
    assert status(client, answer) == 401


def test_an_exchange_counts_as_a_use_of_the_token(client: TestClient, alice: int) -> None:
    exchange(client, token(alice))
    with connected():
        assert rows("SELECT last_used_at IS NOT NULL FROM api_token") == [(True,)]


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE api_token SET revoked_at = now()",
        "UPDATE api_token SET expires_at = now() - interval '1 s'",
        "UPDATE account SET disabled_at = now()",
    ],
)
def test_an_ended_token_cannot_be_exchanged(client: TestClient, alice: int, end: str) -> None:
    credentials = token(alice)
    seed.change(end)
    answer = exchange(client, credentials)
    assert (answer.status_code, answer.json()) == (
        401,
        {"error": "invalid_client", "error_description": INVALID_CLIENT},
    )


def test_number_and_token_have_to_belong_together(client: TestClient, alice: int) -> None:
    (first, one), (second, two) = token(alice), token(seed.account("bob"))
    for credentials in ((first, two), (second, one), ("0", one), ("", one), (first, ""), (f"0{first}", one)):
        answer = exchange(client, credentials)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("form", "status", "error", "sentence"),
    [
        ({}, 400, "invalid_request", "grant_type is missing: it must be client_credentials."),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "grant_type must be client_credentials."),
        (
            {"grant_type": "client_credentials", "client_secret": "x"},
            400,
            "invalid_request",
            "The client names itself either in the header or in the form.",
        ),
    ],
)
def test_wrong_requests_are_refused_in_the_format_of_oauth(
    client: TestClient, alice: int, form: dict[str, str], status: int, error: str, sentence: str
) -> None:
    answer = client.post("/oauth/token", data=form, headers=basic(*token(alice)))
    assert (answer.status_code, answer.json()) == (status, {"error": error, "error_description": sentence})


@pytest.mark.parametrize("header", ["Basic x", "Basic bm8gY29sb24=", "Bearer x", "Basic /"])
def test_a_header_that_names_no_client_is_refused(client: TestClient, alice: int, header: str) -> None:
    form = {"grant_type": "client_credentials"}
    answer = client.post("/oauth/token", data=form, headers={"Authorization": header})
    message = "Authorization must be `Basic` and the base64 of number:token."
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client", "error_description": message})
    assert answer.headers["www-authenticate"] == 'Basic realm="insight", charset="UTF-8"'


def test_without_a_key_nothing_is_exchanged(database_url: str, alice: int) -> None:
    with service_client(Services(VERSION, lambda: NOW)) as client:
        answer = exchange(client, token(alice))
    message = "SECRET_KEY is not set: tokens cannot be exchanged without it; use the program's own."
    assert answer.json() == problem(503, "Service Unavailable", message, "/oauth/token")


def test_invalid_credentials_are_rate_limited(client: TestClient, alice: int) -> None:
    tried = [exchange(client, ("1", "x")).status_code for _ in range(32)]
    assert (set(tried[:29]), tried[-1]) == ({401}, 429)
    assert exchange(client, ("1", "x")).headers["retry-after"].isdigit()
    assert exchange(client, token(alice)).status_code == 200  # valid tokens from the same address still work
