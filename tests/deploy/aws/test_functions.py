"""deploy/aws: the functions as Lambda runs them: by its own runtime client, with events as AWS sends them."""

import base64
import gzip
from pathlib import Path
from typing import Any

import pytest

from db.engine.connection import connected, rows
from tests.deploy.aws.runtime import LIBRARIES, FunctionFailed, function
from tests.deploy.aws.template import scheduled
from tests.web import seed

pytestmark = [
    pytest.mark.programs,
    pytest.mark.skipif(not (LIBRARIES / "awslambdaric").is_dir(), reason="`make deployments` installs Lambda's client"),
]
CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'insight'
"""
HOST = "insight.example.org"
SECRETS = {"SECRET_KEY": "the-key-of-a-function-0123456789abcdef", "CLIENT_ID": "app", "CLIENT_SECRET": "secret"}


def environment(url: str, folder: Path) -> dict[str, str]:
    """As template.yaml and Dockerfile give it."""
    here = {"INSIGHT_DATA": str(folder / "insight"), "UPLOAD_FOLDER": str(folder / "uploads")}
    there = {
        "ALLOWED_HOSTS": HOST,
        "REDIRECT_URI": f"https://{HOST}/connect/callback",
        "LOG_FORMAT": "json",
        "SERVICES": "none",
    }
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
            "http": {
                "method": method, "path": path, "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.9", "userAgent": "curl/8.5",
            },
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": "$default", "stage": "$default",
            "time": "10/Mar/2026:05:16:23 +0000", "timeEpoch": 1773119783000,
        },
        "isBase64Encoded": False,
    }  # fmt: skip


def body(answer: dict[str, Any]) -> bytes:
    return base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()


@pytest.fixture
def env(database_url: str, tmp_path: Path) -> dict[str, str]:
    alice = seed.account(visibility="public")
    seed.play(alice, seed.known_track(), "2026-06-01 12:00Z")
    return environment(database_url, tmp_path)


def open_connections() -> int:
    with connected():
        return int(rows(CONNECTIONS)[0][0])


def test_pages_and_the_api_answer_through_one_connection(env: dict[str, str]) -> None:
    before = open_connections()
    with function("handlers.web", env) as web:
        totals = web.invoke(request("/totals/alice", "period=all"))
        assert (totals["statusCode"], b'"plays":1' in body(totals)) == (200, True), body(totals)
        page = web.invoke(request("/history/alice", accept="text/html"))
        assert (page["statusCode"], page["headers"]["content-encoding"], page["isBase64Encoded"]) == (200, "gzip", True)
        assert b"Paper Boats" in gzip.decompress(body(page))
        assert web.invoke(request("/ready"))["statusCode"] == 200
        assert web.invoke(request("/totals/nobody"))["statusCode"] == 404
        assert open_connections() == before + 1


def test_the_name_of_another_host_is_refused(env: dict[str, str]) -> None:
    with function("handlers.web", env) as web:
        answer = web.invoke(request("/health", host="r3pmxmplak.execute-api.eu-central-1.amazonaws.com"))
    assert answer["statusCode"] == 421


def test_each_schedule_of_the_template_runs(env: dict[str, str]) -> None:
    with function("handlers.work", env) as work:
        for event in scheduled():
            assert work.invoke(event) == {**event, "finished": True}


def test_work_that_takes_longer_than_a_function_may_is_stopped_before(env: dict[str, str]) -> None:
    with function("handlers.work", env) as work:
        assert work.invoke({"command": "live"}, seconds=22)["finished"]  # which otherwise runs until it is stopped


def test_a_command_that_fails_is_an_error_of_the_function(env: dict[str, str]) -> None:
    with function("handlers.work", {**env, "SERVICES": "nobody"}) as work, pytest.raises(FunctionFailed, match="78"):
        work.invoke({"command": "refresh"})


def test_migrations_run_before_the_functions(empty_database: str, tmp_path: Path) -> None:
    with function("handlers.migrate", environment(empty_database, tmp_path)) as migrating:
        assert migrating.invoke({}) == {"command": "migrate", "finished": True}


@pytest.mark.parametrize("handler", ["handlers.web", "handlers.migrate"])
def test_no_function_starts_a_database_of_its_own(handler: str, env: dict[str, str]) -> None:
    with (
        function(handler, {**env, "DATABASE_URL": ""}) as anybody,
        pytest.raises(FunctionFailed, match="DATABASE_URL is not set"),
    ):
        anybody.invoke(request("/health"))
