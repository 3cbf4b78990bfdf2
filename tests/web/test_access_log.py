"""The access log: one line a request, and nothing in it that is nobody's business."""

import logging
import re
import time

import pytest
from starlette.testclient import TestClient

import web.access
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from web.services import Services


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.access, "GATHERED_SECONDS", 0.001)


def lines(caplog: pytest.LogCaptureFixture, count: int) -> list[str]:
    """Those said, as soon as there are so many."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        records = [record.getMessage() for record in caplog.records if record.name == "insight.access"]
        said = [line for message in records for line in message.split("\n")]
        if len(said) >= count:
            break
        time.sleep(0.001)
    return [re.sub(r"\d+ ms$", "0 ms", line) for line in said]


def test_each_request_is_one_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    seed.account()
    with caplog.at_level(logging.INFO, "insight.access"):
        client.get("/history/alice?from=2026-11-01")
        client.head("/users")
        client.get("/history/bob")
        client.get("/nothing")
        client.post("/history/alice")
        said = lines(caplog, 5)
    assert said == [
        "GET /history/alice 200 0 ms",
        "HEAD /users 200 0 ms",
        "GET /history/bob 404 0 ms",
        "GET /nothing 404 0 ms",
        "POST /history/alice 405 0 ms",
    ]


def test_a_consents_code_and_other_parameters_are_not_in_it(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "insight.access"):
        client.get("/connect/callback?code=very-secret&state=also", headers={"User-Agent": "somebody's phone"})
        said = lines(caplog, 1)
    assert said == ["GET /connect/callback 503 0 ms"]


def test_a_path_cannot_forge_a_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "insight.access"):
        client.get("/x%0aGET%20/users%20200%201b%1b[31m")
        said = lines(caplog, 1)
    assert said == ["GET /x%0AGET%20/users%20200%201b%1B%5B31m 404 0 ms"]


def test_health_checks_are_not_in_it(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "insight.access"):
        client.get("/health")
        client.get("/ready")
        client.get("/users")
        said = lines(caplog, 1)
    assert said == ["GET /users 200 0 ms"]


def test_lines_of_a_moment_are_written_together_and_none_is_lost_at_the_end(
    database_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.access, "GATHERED_SECONDS", 3600)
    with caplog.at_level(logging.INFO, "insight.access"):
        with service_client(Services(VERSION, lambda: NOW)) as client:
            client.get("/users")
            client.get("/nothing")
        said = lines(caplog, 2)
    assert said == ["GET /users 200 0 ms", "GET /nothing 404 0 ms"]
    assert sum(record.name == "insight.access" for record in caplog.records) == 1
