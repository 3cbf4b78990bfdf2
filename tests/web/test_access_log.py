"""The access log: one line a request, and nothing in it that is nobody's business."""

import logging
import re

import pytest
from starlette.testclient import TestClient

from tests.web import seed


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    said = [record.getMessage() for record in caplog.records if record.name == "insight.access"]
    return [re.sub(r"\d+ ms$", "0 ms", line) for line in said]


def test_each_request_is_one_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    seed.account()
    with caplog.at_level(logging.INFO, "insight.access"):
        client.get("/history/alice?from=2026-11-01")
        client.head("/users")
        client.get("/history/bob")
        client.get("/nothing")
        client.post("/users")
    assert lines(caplog) == [
        "GET /history/alice 200 0 ms",
        "HEAD /users 200 0 ms",
        "GET /history/bob 404 0 ms",
        "GET /nothing 404 0 ms",
        "POST /users 405 0 ms",
    ]


def test_a_consents_code_and_other_parameters_are_not_in_it(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "insight.access"):
        client.get("/connect/callback?code=very-secret&state=also", headers={"User-Agent": "somebody's phone"})
    assert lines(caplog) == ["GET /connect/callback 503 0 ms"]


def test_a_path_cannot_forge_a_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "insight.access"):
        client.get("/x%0aGET%20/users%20200%201b%1b[31m")
    assert lines(caplog) == ["GET /x%0AGET%20/users%20200%201b%1B%5B31m 404 0 ms"]


def test_health_checks_are_not_in_it(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "insight.access"):
        client.get("/health")
        client.get("/ready")
    assert lines(caplog) == []
