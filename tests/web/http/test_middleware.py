"""The limits, headers and caching rules that hold for every request."""

from datetime import datetime

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.contract import problem
from tests.web.reading import BROWSER, words
from tests.web.visitors.visiting import signed_in, with_token
from web.http.security import HEADERS
from web.http.services import Services
from web.server.middleware import MOST_QUERY
from web.service import web_service

TOO_LONG = "The query is too long: at most 4096 bytes are allowed."


@pytest.mark.parametrize("path", ["/users", "/history/alice", "/nothing", "/static/tokens.css", "/connect"])
def test_an_overlong_query_is_refused(nowhere: TestClient, path: str) -> None:
    answer = nowhere.get(f"{path}?{'x' * (MOST_QUERY + 1)}")
    assert (answer.status_code, answer.json()) == (400, problem(400, "Bad Request", TOO_LONG, path))
    assert answer.headers["cache-control"] == "no-store"
    within = nowhere.get(f"{path}?{'x' * MOST_QUERY}")
    assert within.status_code == 200 or within.json()["detail"] != TOO_LONG


def test_an_overlong_query_of_a_browser_is_refused_on_a_page(nowhere: TestClient) -> None:
    answer = nowhere.get(f"/privacy?{'x' * (MOST_QUERY + 1)}", headers={**BROWSER, "Accept-Language": "de"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "Die Abfrage ist zu lang: Höchstens 4096 Byte sind erlaubt." in words(answer.text)
    assert "xxx" not in answer.text


def test_over_https_browsers_are_told_to_use_nothing_else() -> None:
    services = Services(VERSION, lambda: NOW)
    with TestClient(web_service(services, over_https=True), base_url="http://127.0.0.1") as over_https:
        for path in ("/health", "/nothing", "/static/tokens.css"):
            headers = over_https.get(path).headers
            assert {name: headers[name] for name in HEADERS} == HEADERS
            assert headers["strict-transport-security"] == "max-age=31536000"
    with service_client(services) as over_http:
        assert "strict-transport-security" not in over_http.get("/health").headers


def test_a_fault_has_each_header_once_and_is_raised_to_the_server(database_url: str) -> None:
    def broken() -> datetime:
        raise RuntimeError("secret detail")

    seed.account()
    service = web_service(Services(VERSION, broken), over_https=True)
    with TestClient(service, base_url="http://127.0.0.1", raise_server_exceptions=False) as faulty:
        answer = faulty.get("/history/alice")
    assert (answer.status_code, answer.headers["strict-transport-security"]) == (500, "max-age=31536000")
    assert {name: answer.headers.get_list(name) for name in HEADERS} == {name: [HEADERS[name]] for name in HEADERS}
    with TestClient(service, base_url="http://127.0.0.1") as logging, pytest.raises(RuntimeError):
        logging.get("/history/alice")


def test_the_content_policy_allows_nothing_inline_and_no_foreign_form(client: TestClient) -> None:
    policy = client.get("/health").headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' https://i.scdn.co; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def test_no_answer_about_an_account_is_stored_by_shared_caches(client: TestClient) -> None:
    alice = seed.account("alice", visibility="private")
    for path in ("/", "/users", "/totals/alice", "/account", "/totals/nobody", "/health"):
        for headers, cookies in ((None, signed_in(alice)), (with_token(alice), {}), (None, {})):
            client.cookies = cookies
            answer = client.get(path, headers=headers, follow_redirects=False)
            assert answer.headers["cache-control"] in {"no-store", "private, no-cache"}, path
            if answer.headers["cache-control"] != "no-store":
                assert {"Authorization", "Cookie"} <= set(answer.headers["vary"].split(", ")), path
