"""Pages of the origins in the settings may read answers, with a token and without cookies."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import NOW, VERSION
from tests.web.visitors.visiting import signed_in, with_token
from web.http.services import Services
from web.service import web_service

DASHBOARD = "https://dashboard.example"
ELSEWHERE = "https://evil.example"
PREFLIGHT = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
def shared(database_url: str) -> Iterator[TestClient]:
    """A service that pages of two origins may read."""
    service = web_service(Services(VERSION, lambda: NOW), cors_origins=[DASHBOARD, "http://localhost:3000"])
    with TestClient(service, base_url="http://127.0.0.1") as client:
        yield client


def allowed(client: TestClient, method: str, path: str, **headers: str) -> dict[str, str]:
    """The headers of an answer that are about other origins."""
    answer = client.request(method, path, headers=headers)
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


def test_a_page_of_a_configured_origin_may_send_a_token(shared: TestClient) -> None:
    answer = shared.options("/totals/alice", headers={"Origin": DASHBOARD, **PREFLIGHT})
    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["access-control-allow-origin"] == DASHBOARD
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST, PATCH"
    assert answer.headers["access-control-max-age"] == "600"


@pytest.mark.parametrize("path", ["/totals/alice", "/totals/bob", "/users?x=1", "/nothing", "/health", "/static/x"])
def test_such_a_page_may_read_every_answer_even_refusals(shared: TestClient, path: str) -> None:
    own = with_token(seed.account(visibility="private"))
    answer = shared.get(path, headers={"Origin": DASHBOARD, **own})
    assert answer.headers["access-control-allow-origin"] == DASHBOARD
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "Origin" in answer.headers["vary"]


def test_such_a_page_never_reads_with_a_cookie(shared: TestClient) -> None:
    shared.cookies = signed_in(seed.account(visibility="private"))
    for method in ("GET", "OPTIONS"):
        headers = allowed(shared, method, "/totals/alice", Origin=DASHBOARD, **PREFLIGHT)
        assert headers["access-control-allow-origin"] == DASHBOARD
        assert "access-control-allow-credentials" not in headers


def test_such_a_page_changes_nothing_in_a_signed_in_browser(shared: TestClient) -> None:
    shared.cookies = signed_in(seed.account(visibility="private"))
    answer = shared.post("/account/visibility", headers={"Origin": DASHBOARD}, data={"visibility": "public"})
    assert answer.status_code == 403


@pytest.mark.parametrize("origin", [ELSEWHERE, "https://dashboard.example.evil.example", "null", "", f"{DASHBOARD}:8"])
def test_a_page_of_another_origin_may_read_nothing(shared: TestClient, origin: str) -> None:
    assert allowed(shared, "GET", "/health", Origin=origin) == {}
    assert allowed(shared, "OPTIONS", "/totals/alice", Origin=origin, **PREFLIGHT) == {}
    assert shared.options("/totals/alice", headers={"Origin": origin, **PREFLIGHT}).status_code == 405
    assert shared.get("/health", headers={"Origin": origin}).headers["vary"] == "Origin"


def test_without_the_setting_no_page_may_read_anything(client: TestClient) -> None:
    for origin in (DASHBOARD, "null"):
        assert allowed(client, "GET", "/health", Origin=origin) == {}
        assert client.options("/totals/alice", headers={"Origin": origin, **PREFLIGHT}).status_code == 405
    assert "vary" not in client.get("/health", headers={"Origin": DASHBOARD}).headers


def test_a_foreign_host_is_refused_before_its_origin_is_looked_at(shared: TestClient) -> None:
    headers = {"Origin": DASHBOARD, "Host": "evil.example", **PREFLIGHT}
    assert shared.options("/totals/alice", headers=headers).status_code == 421
