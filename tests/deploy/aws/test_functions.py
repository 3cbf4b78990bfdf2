"""deploy/aws: the functions as Lambda runs them, by its own runtime client, with events as API Gateway and schedules send."""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.engine.connection import connected, rows
from tests.deploy.aws.runtime import LIBRARIES, FunctionFailed, Runtime, function
from tests.web import seed

pytestmark = [
    pytest.mark.programs,
    pytest.mark.skipif(not (LIBRARIES / "awslambdaric").is_dir(), reason="`make deployments` installs Lambda's client"),
]
HOST = "insight.example.org"
SECRETS = {"SECRET_KEY": "the-key-of-a-function-0123456789abcdef", "CLIENT_ID": "app", "CLIENT_SECRET": "secret"}


def environment(url: str, folder: Path) -> dict[str, str]:
    """As template.yaml and Dockerfile give it."""
    here = {"INSIGHT_DATA": str(folder / "insight"), "UPLOAD_FOLDER": str(folder / "uploads")}
    there = {"ALLOWED_HOSTS": HOST, "REDIRECT_URI": f"https://{HOST}/connect/callback", "LOG_FORMAT": "json"}
    return {**SECRETS, **here, **there, "DATABASE_URL": url}


def request(path: str, query: str = "", method: str = "GET", **headers: str) -> dict[str, Any]:
    """API Gateway's event for an HTTP API, payload 2.0."""
    return {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
        "headers": {
            "accept-encoding": "gzip", "host": HOST, "x-forwarded-for": "203.0.113.9", "x-forwarded-port": "443",
            "x-forwarded-proto": "https", "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e", **headers,
        },
        "requestContext": {
            "accountId": "123456789012", "apiId": "r3pmxmplak", "domainName": HOST, "domainPrefix": "insight",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.9", "userAgent": "curl/8.5"},
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": "$default", "stage": "$default",
            "time": "10/Mar/2026:05:16:23 +0000", "timeEpoch": 1773119783000,
        },
        "isBase64Encoded": False,
    }  # fmt: skip


def body(answer: dict[str, Any]) -> bytes:
    return base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    alice = seed.account(visibility="public")
    seed.play(alice, seed.known_track(), "2026-06-01 12:00Z")
    with function("handlers.web", environment(database_url, tmp_path)) as runtime:
        yield runtime


def test_pages_and_the_api_answer_through_one_connection(web: Runtime) -> None:
    totals = web.invoke(request("/totals/alice", "period=all"))
    assert (totals["statusCode"], json.loads(body(totals))["plays"]) == (200, 1)
    page = web.invoke(request("/history/alice", accept="text/html"))
    assert (page["statusCode"], page["headers"]["content-encoding"], page["isBase64Encoded"]) == (200, "gzip", True)
    assert web.invoke(request("/ready"))["statusCode"] == 200
    assert web.invoke(request("/totals/nobody"))["statusCode"] == 404
    with connected():
        (number,) = rows("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'insight' AND pid <> pg_backend_pid() AND backend_start > now() - interval '1 hour' AND datname = current_database()")
    print(number)


def test_the_name_of_another_host_is_refused(web: Runtime) -> None:
    assert web.invoke(request("/health", host="r3pmxmplak.execute-api.eu-central-1.amazonaws.com"))["statusCode"] == 421
