"""Changes are accepted from pages of the service and from programs with a token, never from a foreign page."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from db.engine.cipher import Cipher
from tests.web import seed
from tests.web.conftest import NOW, VERSION
from tests.web.contract import check_problem
from tests.web.visitors.visiting import by_our_page, shared, signed_in, with_token
from web.handlers.forms import Form, posted
from web.http.consent_flow import Consent
from web.http.errors import HANDLERS
from web.http.rate_limits import RateLimits
from web.http.services import Services
from web.server.thread_pool import ThreadPool
from web.visitors.csrf import csrf_token, masked, token_of
from web.visitors.visitor import visitor

FOREIGN = "This was sent by another site's page: use the pages of this service, or a token."
OLD = "This page is out of date: reload it, then send it again."


def who(request: Request, _: Form) -> Response:
    assert csrf_token(request) or visitor(request).via != "session"
    return Response(visitor(request).username or "nobody")


def service(redirect_uri: str = "http://127.0.0.1/connect/callback") -> Starlette:
    made = Starlette(routes=[posted("/who", who, ThreadPool(2))], exception_handlers=HANDLERS)
    consent = Consent(None, Cipher("k" * 32), redirect_uri)  # type: ignore[arg-type]
    made.state.limits = RateLimits()
    made.state.services = Services(VERSION, lambda: NOW, consent)
    return made


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with TestClient(service(), base_url="http://127.0.0.1") as client:
        client.event_hooks = {"response": [check_problem]}
        yield client


@pytest.fixture
def cookies(client: TestClient) -> dict[str, str]:
    cookies = signed_in(seed.account())
    client.cookies = cookies
    return cookies


def test_a_page_of_the_service_is_accepted(client: TestClient, cookies: dict[str, str]) -> None:
    headers = by_our_page(cookies)
    assert client.post("/who", headers=headers).text == "alice"
    assert client.post("/who", headers=headers | {"Sec-Fetch-Site": "same-origin", "Origin": "null"}).text == "alice"
    form = {"csrf": headers["X-CSRF-Token"]}
    assert client.post("/who", data=form, headers={"Origin": headers["Origin"]}).text == "alice"
    assert client.post("/who", json=form, headers={"Origin": headers["Origin"]}).text == "alice"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://127.0.0.1:", "http://127.0.0.1"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://music.example:443", "https://music.example"),
        ("https://music.example:8443", "https://music.example:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://[::1]", "http://[::1]"),
    ],
)
def test_a_default_port_that_browsers_leave_out_makes_no_page_foreign(
    client: TestClient, cookies: dict[str, str], address: str, origin: str
) -> None:
    scheme, _, host = address.partition("://")
    client.base_url, client.cookies = f"{scheme}://{host.rstrip(':')}", cookies
    headers = by_our_page(cookies) | {"Origin": origin, "Host": host}
    assert client.post("/who", headers=headers).text == "alice"
    for foreign in (f"{origin}0", origin.rpartition("]")[0] + ":9", "http://evil.example"):
        assert client.post("/who", headers=headers | {"Origin": foreign}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_foreign_page_is_refused_even_with_the_right_value(
    client: TestClient, cookies: dict[str, str], headers: dict[str, str]
) -> None:
    answer = client.post("/who", headers=by_our_page(cookies) | headers)
    assert (answer.status_code, answer.json()["detail"]) == (403, FOREIGN)


def test_a_session_without_an_origin_changes_nothing(client: TestClient, cookies: dict[str, str]) -> None:
    answer = client.post("/who", headers={"X-CSRF-Token": token_of(cookies["session"])})
    assert (answer.status_code, answer.json()["detail"]) == (403, FOREIGN)


def test_the_value_of_another_session_is_refused(client: TestClient, cookies: dict[str, str]) -> None:
    bob = signed_in(seed.account("bob"))
    earlier = signed_in(seed.account("carol"))
    for wrong in (
        token_of(bob["session"]),
        token_of(earlier["session"]),
        token_of(""),
        "",
        "é",
        "x" * 10_000,
        "00" * 33,
        masked(token_of(bob["session"])),
    ):
        headers = {"Origin": "http://127.0.0.1"}
        answer = client.post("/who", data={"csrf": wrong}, headers=headers)
        assert (answer.status_code, answer.json()["detail"]) == (403, OLD)
    for wrong_kind in (None, 1, True, [token_of(cookies["session"])]):
        answer = client.post("/who", json={"csrf": wrong_kind}, headers={"Origin": "http://127.0.0.1"})
        assert (answer.status_code, answer.json()["detail"]) == (403, OLD)


def test_a_program_with_a_token_needs_neither_origin_nor_csrf_token(client: TestClient) -> None:
    alice = seed.account()
    assert client.post("/who", headers=with_token(alice)).text == "alice"
    bob = signed_in(seed.account("bob"))
    client.cookies = bob  # the token decides who asks, whatever the cookie says
    assert client.post("/who", headers=with_token(alice) | {"Origin": "https://evil.example"}).text == "alice"


def test_an_invalid_token_does_not_fall_back_to_the_cookie(client: TestClient, cookies: dict[str, str]) -> None:
    assert client.post("/who", headers={"Authorization": "Bearer no"}).status_code == 401


@pytest.mark.parametrize("empty", ["", " ", "\t"])
def test_an_empty_authorization_header_is_not_a_token(client: TestClient, cookies: dict[str, str], empty: str) -> None:
    """The cookie decides who asks then, so the request has to come from a page of the service."""
    foreign = {"Authorization": empty, "Origin": "https://evil.example"}
    answer = client.post("/who", headers=foreign)
    assert (answer.status_code, answer.json()["detail"]) == (403, FOREIGN)
    assert client.post("/who", headers=by_our_page(cookies) | foreign).status_code == 403
    assert client.post("/who", headers=by_our_page(cookies) | {"Authorization": empty}).text == "alice"


def test_anonymous_requests_are_accepted_from_programs_and_our_pages(client: TestClient) -> None:
    assert client.post("/who").text == "nobody"
    assert client.post("/who", headers={"Origin": "http://127.0.0.1"}).text == "nobody"
    assert client.post("/who", headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("origin", [{}, {"Origin": "null"}, {"Origin": "https://evil.example"}])
def test_a_foreign_page_is_refused_even_if_nobody_is_signed_in(
    client: TestClient, site: str, origin: dict[str, str]
) -> None:
    answer = client.post("/who", headers={"Sec-Fetch-Site": site, **origin})
    assert (answer.status_code, answer.json()["detail"]) == (403, FOREIGN)


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_pages_and_the_address_bar_are_accepted_if_nobody_is_signed_in(client: TestClient, site: str) -> None:
    assert client.post("/who", headers={"Sec-Fetch-Site": site}).text == "nobody"


def test_a_link_makes_the_visitor_anonymous_for_changes(client: TestClient, cookies: dict[str, str]) -> None:
    link = shared(seed.account("bob"))
    assert client.post(f"/who?share={link}", headers=by_our_page(cookies)).text == "nobody"


def test_behind_a_proxy_the_origin_of_redirect_uri_is_accepted(database_url: str) -> None:
    cookies = signed_in(seed.account())
    with TestClient(service("https://Music.example/connect/callback"), base_url="http://music.example") as client:
        client.cookies = cookies
        headers = by_our_page(cookies) | {"Origin": "https://music.example"}
        assert client.post("/who", headers=headers).text == "alice"
