"""Behind a reverse proxy, under a path of its own, every link and redirect leads back to the service."""

import json
import re
from collections.abc import Iterator
from html import unescape
from http.client import HTTPConnection, HTTPMessage
from typing import Any

import pytest

from tests.web import seed
from tests.web.conftest import NOW, VERSION
from tests.web.pages.test_connect import Begun, consent
from tests.web.pages.test_connect import Spotify as Connecting
from tests.web.server.over_tcp import proxied, served
from tests.web.visitors.visiting import signed_in
from web.http.rate_limits import A_MINUTE
from web.http.services import Services
from web.service import web_service

pytestmark = pytest.mark.programs

BASE = "/insight"
NAME = "music.example"
Answer = tuple[int, HTTPMessage, bytes]


class Spotify(Connecting):
    def start_sign_in(self, username: str) -> Begun:
        self.begun.append(username)
        return Begun()


class Browser:
    """Asks the proxy at a port, under the service's public name."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": NAME, **sent})
        answer = connection.getresponse()
        response = answer.status, answer.headers, answer.read()
        connection.close()
        return response

    def json(self, path: str) -> Any:
        status, _, body = self.ask(path)
        assert status == 200
        return json.loads(body)


@pytest.fixture(params=["", BASE], ids=["the proxy keeps the prefix", "the proxy strips it"])
def browser(database_url: str, request: pytest.FixtureRequest) -> Iterator[Browser]:
    services = Services(
        VERSION, lambda: NOW, consent(Spotify(), f"https://{NAME}{BASE}/connect/callback"), base_path=BASE
    )
    service = web_service(services, [NAME], proxies=["127.0.0.1"], over_https=True)
    with served(service) as port, proxied(port, request.param) as proxy_port:
        yield Browser(proxy_port)


def links(html: bytes) -> set[str]:
    return {unescape(link) for link in re.findall(r'(?:href|src|action)="([^"]+)"', html.decode())}


@pytest.mark.parametrize("page", ["/", "", "/sign-in", "/privacy", "/account"])
def test_every_link_of_a_page_leads_to_the_service(browser: Browser, page: str) -> None:
    alice = seed.account("alice")
    cookie = "" if page == "/sign-in" else f"session={signed_in(alice)['session']}"
    status, _, html = browser.ask(BASE + page, Cookie=cookie)
    assert status == 200
    local = {link.partition("#")[0] for link in links(html) if not link.startswith(("https://", "#", "mailto:"))}
    assert [link for link in local if link.startswith(f"{BASE}/static/tokens.css?v=")]
    for link in local:
        assert link.startswith(f"{BASE}/"), link
        status, _, body = browser.ask(link, Cookie=cookie)
        assert status in {200, 302, 303, 405} or b"alice has no recommendations for" in body, link


def test_the_links_of_answers_lead_to_the_service_too(browser: Browser) -> None:
    alice, track = seed.account("alice"), seed.track()
    for minute in range(3):
        seed.play(alice, track, f"2026-11-19 10:0{minute}Z")
    (user,) = browser.json(f"{BASE}/users")
    page = browser.json(f"{user['links']['history']}?limit=2")
    assert len(browser.json(page["next"])["plays"]) == 1
    assert browser.ask(f"{BASE}/history/alice?limit=2")[1]["Link"] == f'<{page["next"]}>; rel="next"'
    assert browser.json(f"{BASE}/openapi.json")["servers"][0]["url"] == BASE
    status, _, body = browser.ask(f"{BASE}/history/nobody")
    assert (status, json.loads(body)["instance"]) == (404, f"{BASE}/history/nobody")


def test_paths_that_only_resemble_the_base_path_are_not_found(database_url: str) -> None:
    with served(web_service(Services(VERSION, lambda: NOW, base_path=BASE))) as port:
        assert Browser(port).ask("/insightful/users", Host="127.0.0.1")[0] == 404
        assert Browser(port).ask(f"/users{BASE}/users", Host="127.0.0.1")[0] == 404


def test_sign_in_redirects_and_cookies_are_under_the_base_path(browser: Browser) -> None:
    status, headers, _ = browser.ask(f"{BASE}/account")
    assert (status, headers["Location"].startswith(f"{BASE}/sign-in")) == (303, True)
    status, headers, _ = browser.ask(f"{BASE}/sign-in/spotify")
    assert (status, headers["Location"]) == (302, Begun().url)
    assert "Path=/insight/connect; SameSite=lax; Secure" in headers["Set-Cookie"]


def test_each_visitor_is_known_by_the_address_that_the_proxy_saw(browser: Browser) -> None:
    seed.account("alice")
    recap = f"{BASE}/recap/alice?period=2020"
    result = [
        browser.ask(recap, X_Asked_By="192.0.2.7", X_Forwarded_For=f"198.51.100.{number}")[0]
        for number in range(A_MINUTE["question"] + 1)
    ]
    assert result == [200] * A_MINUTE["question"] + [429]
    assert browser.ask(recap, X_Asked_By="192.0.2.8", X_Forwarded_For="192.0.2.7")[0] == 200


def test_a_foreign_host_name_is_refused_through_the_proxy_too(browser: Browser) -> None:
    assert browser.ask(f"{BASE}/users", Host="evil.example")[0] == 421


def test_browsers_are_told_to_use_https_only(browser: Browser) -> None:
    assert browser.ask(f"{BASE}/health")[1]["Strict-Transport-Security"] == "max-age=31536000"
