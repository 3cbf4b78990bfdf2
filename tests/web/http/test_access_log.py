"""The access log has one line for each request, without secrets or personal data."""

import logging
import re
import time

import orjson
import pytest
from starlette.testclient import TestClient

import web.server.access_log
from db.engine.cipher import Cipher
from db.people.secrets import EXCHANGED, KINDS, new_secret
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.visitors.visiting import token_of
from web.http.services import Services


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.server.access_log, "BATCH_SECONDS", 0.001)


def lines(caplog: pytest.LogCaptureFixture, count: int) -> list[str]:
    """The lines of the log, as soon as there are `count` of them."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        records = [record.getMessage() for record in caplog.records if record.name == "insight.access"]
        log_lines = [line for message in records for line in message.split("\n")]
        if len(log_lines) >= count:
            break
        time.sleep(0.001)
    return [re.sub(r"\d+ ms$", "0 ms", line) for line in log_lines]


def test_each_request_is_one_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    seed.account()
    with caplog.at_level(logging.INFO, "insight.access"):
        client.get("/history/alice?from=2026-11-01")
        client.head("/users")
        client.get("/history/bob")
        client.get("/nothing")
        client.post("/history/alice")
        log_lines = lines(caplog, 5)
    assert log_lines == [
        "GET /history/alice 200 0 ms",
        "HEAD /users 200 0 ms",
        "GET /history/bob 404 0 ms",
        "GET /nothing 404 0 ms",
        "POST /history/alice 405 0 ms",
    ]


def test_a_consents_code_and_other_parameters_are_not_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "insight.access"):
        client.get("/connect/callback?code=very-secret&state=also", headers={"User-Agent": "somebody's phone"})
        log_lines = lines(caplog, 1)
    assert log_lines == ["GET /connect/callback 503 0 ms"]


def test_a_path_cannot_forge_a_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "insight.access"):
        client.get("/x%0aGET%20/users%20200%201b%1b[31m")
        log_lines = lines(caplog, 1)
    assert log_lines == ["GET /x%0AGET%20/users%20200%201b%1B%5B31m 404 0 ms"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "path",
    ["/users/{}", "/sign-in/pass/{}", "/history/alice&share={}", "/{}", "/{}/{}", "/x%0a{}", "/token={}", "/a.{}.b"],
)
def test_a_secret_in_the_path_is_withheld(
    client: TestClient, caplog: pytest.LogCaptureFixture, kind: str, path: str
) -> None:
    secret = new_secret(kind, 1).text
    with caplog.at_level(logging.DEBUG, "insight.access"):
        answer = client.get(path.format(secret, secret))
        log_lines = lines(caplog, 1)
    logged = path.format(*["(withheld)"] * 2).replace("=", "%3D").replace("&", "%26").replace("%0a", "%0A")
    assert log_lines == [f"GET {logged} {answer.status_code} 0 ms"]
    records = [record for record in caplog.records if record.name == "insight.access"]
    assert all(secret not in str(vars(record)) for record in records)
    assert secret not in answer.text


@pytest.mark.parametrize("scopes", [[], ["read"], ["read", "submit", "administer"]])
def test_an_exchanged_token_is_withheld(
    client: TestClient, caplog: pytest.LogCaptureFixture, scopes: list[str]
) -> None:
    sealed = Cipher("k" * 32).seal(orjson.dumps([1, 1, scopes])).decode()
    with caplog.at_level(logging.DEBUG, "insight.access"):
        answer = client.get(f"/users/exchanged_{sealed}")
        other = client.get(f"/history/alice?{EXCHANGED}{sealed}=1")
        log_lines = lines(caplog, 2)
    assert log_lines == ["GET /users/(withheld) 404 0 ms", "GET /history/alice 400 0 ms"]
    assert (answer.json()["instance"], sealed[:40] in answer.text + other.text) == ("/users/(withheld)", False)


def test_health_checks_are_not_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "insight.access"):
        client.get("/health")
        client.get("/ready")
        client.get("/users")
        log_lines = lines(caplog, 1)
    assert log_lines == ["GET /users 200 0 ms"]


def test_lines_are_written_in_batches_and_none_is_lost_at_shutdown(
    database_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.server.access_log, "BATCH_SECONDS", 3600)
    with caplog.at_level(logging.INFO, "insight.access"):
        with service_client(Services(VERSION, lambda: NOW)) as client:
            client.get("/users")
            client.get("/nothing")
        log_lines = lines(caplog, 2)
    assert log_lines == ["GET /users 200 0 ms", "GET /nothing 404 0 ms"]
    assert sum(record.name == "insight.access" for record in caplog.records) == 1


def test_a_widgets_token_in_an_address_is_not_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    token = token_of(seed.account(visibility="private"), "widget")
    with caplog.at_level(logging.DEBUG):
        client.get(f"/spotify/songs_per?token={token}&timeSplit=all")
        client.get(f"/spotify/{token}")
        log_lines = lines(caplog, 2)
    assert log_lines == ["GET /spotify/songs_per 200 0 ms", "GET /spotify/(withheld) 404 0 ms"]
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert token not in "".join(ours)
