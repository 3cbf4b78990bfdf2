"""The recipes of docs/reverse-proxy.md work in the real nginx and Caddy, over HTTPS at a free port and a base path."""

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from collect.uploads.background import BackgroundImports
from db.engine.connection import connected
from db.people.passes import make_pass
from tests.web import seed
from tests.web.conftest import NOW, VERSION
from tests.web.http.real_proxies import NAME, PROXIES, Visitor, is_installed, running
from tests.web.server.over_tcp import served
from tests.web.test_application import free_port
from tests.web.visitors.visiting import by_our_page, signed_in
from web.http.rate_limits import A_MINUTE
from web.http.services import Services
from web.service import web_service

pytestmark = pytest.mark.programs

BASE = "/insight"
FOREIGN = b"This was sent by another site's page"


@pytest.fixture(params=sorted(PROXIES))
def behind(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[tuple[Visitor, int]]:
    """A visitor of the proxy, and the service's own port."""
    if not is_installed(request.param):
        pytest.skip(f"{request.param} is not installed here")
    imports = BackgroundImports(tmp_path / "uploads")
    services = Services(VERSION, lambda: NOW, base_path=BASE, over_https=True, imports=imports)
    service = web_service(services, [NAME], proxies=["127.0.0.1"], over_https=True)
    with served(service) as port, running(request.param, tmp_path, int(free_port()), port) as visitor:
        yield visitor, port


@pytest.fixture
def visitor(behind: tuple[Visitor, int]) -> Visitor:
    return behind[0]


def form(session: dict[str, str], **fields: str) -> str:
    return urlencode(fields | {"csrf": by_our_page(session)["X-CSRF-Token"]})


def test_every_link_and_redirect_leads_back_through_the_proxy(visitor: Visitor) -> None:
    status, headers, _ = visitor.ask(BASE)
    assert status in {301, 302, 308}
    leads_to = urlsplit(headers["Location"])
    assert (leads_to.netloc or visitor.host, leads_to.path) == (visitor.host, f"{BASE}/")
    status, headers, page = visitor.ask(f"{BASE}/")
    assert (status, headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
    links = re.findall(r'(?:href|src)="(/[^"]*)"', page.decode())
    assert set(re.findall(r'action="([^"]*)"', page.decode())) == {f"{BASE}/language", f"{BASE}/appearance"}
    assert {link for link in links if visitor.ask(link)[0] not in {200, 503}} == set()
    assert visitor.ask(f"{BASE}/account")[1]["Location"].startswith(f"{BASE}/sign-in")


def test_forms_of_our_own_pages_are_accepted_and_foreign_ones_refused(visitor: Visitor) -> None:
    alice = seed.account(visibility="private")
    session = signed_in(alice)
    cookie = f"session={session['session']}"
    private = form(session, visibility="private")
    status, headers, _ = visitor.ask(f"{BASE}/account/visibility", private, Cookie=cookie, Origin=visitor.origin)
    assert (status, urlsplit(headers["Location"]).path) == (303, f"{BASE}/account/privacy")
    for origin in (f"https://{NAME}", f"http://{visitor.host}", "https://evil.example", "null"):
        status, _, body = visitor.ask(f"{BASE}/account/visibility", private, Cookie=cookie, Origin=origin)
        assert (status, FOREIGN in body) == (403, True), origin


def test_shared_links_have_the_port_of_the_proxy(visitor: Visitor) -> None:
    session = signed_in(seed.account())
    shared = form(session, question="history", days="7")
    headers = {"Cookie": f"session={session['session']}", "Origin": visitor.origin}
    status, _, page = visitor.ask(f"{BASE}/account/links", shared, **headers)
    link = re.search(rf"{visitor.origin}({BASE}/history/alice\?share=[\w-]+)", page.decode())
    assert (status, link is not None) == (200, True)
    assert link is not None
    assert visitor.ask(link[1])[0] == 200


def test_a_session_cookie_is_for_the_base_path_and_https_only(visitor: Visitor) -> None:
    alice = seed.account(visibility="private")
    with connected():
        secret = make_pass(alice).text
    status, headers, _ = visitor.ask(f"{BASE}/sign-in/pass", urlencode({"pass": secret}), Origin=visitor.origin)
    value, *attributes = headers["Set-Cookie"].split("; ")
    assert (status, f"Path={BASE}/" in attributes or f"Path={BASE}" in attributes) == (303, True)
    assert {"Secure", "HttpOnly", "SameSite=lax"} <= set(attributes)
    assert visitor.ask(f"{BASE}/totals/alice", Cookie=value)[0] == 200
    assert visitor.ask(f"{BASE}/totals/alice")[0] == 404


def test_forwarding_headers_of_a_visitor_are_ignored(visitor: Visitor) -> None:
    tries = A_MINUTE["sign_in"]
    statuses = [
        visitor.ask(
            f"{BASE}/sign-in/pass", "pass=none", Origin=visitor.origin, X_Forwarded_For=f"192.0.2.{number}",
            X_Real_IP=f"192.0.2.{number}", Forwarded=f"for=192.0.2.{number}", X_Forwarded_Proto="http",
            X_Forwarded_Host="evil.example",
        )[0]
        for number in range(tries + 1)
    ]  # fmt: skip
    assert statuses == [403] * tries + [429]


def test_an_untrusted_proxy_cannot_change_the_host(behind: tuple[Visitor, int]) -> None:
    """The service itself is asked here, from an address that is not a trusted proxy's."""
    _, port = behind
    connection = HTTPConnection("127.0.0.1", port, timeout=120, source_address=("127.0.0.2", 0))
    connection.request("GET", f"{BASE}/users", headers={"Host": "evil.example", "X-Forwarded-Host": NAME})
    assert connection.getresponse().status == 421
    connection.close()


@pytest.mark.parametrize("host", ["evil.example", f"{NAME}.evil.example", "127.0.0.1.evil.example:443"])
def test_a_foreign_host_name_gets_nothing(visitor: Visitor, host: str) -> None:
    seed.account()
    status, _, body = visitor.ask(f"{BASE}/users", Host=host)
    assert status == 421 or body == b""  # Caddy itself sends an empty answer under names that it does not know


@pytest.mark.parametrize("host", [f"{NAME}:", f"{NAME}:443", NAME])
def test_a_host_without_a_port_has_that_of_https(visitor: Visitor, host: str) -> None:
    session = signed_in(seed.account())
    own = {"Host": host, "Cookie": f"session={session['session']}", "Origin": f"https://{NAME}"}
    assert visitor.ask(f"{BASE}/account/visibility", form(session, visibility="private"), **own)[0] == 303


def test_a_large_answer_arrives_whole_and_is_not_written_to_disk(behind: tuple[Visitor, int], tmp_path: Path) -> None:
    visitor, port = behind
    alice, track = seed.account(), seed.track(name="Tide " * 120)
    seed.change(
        "INSERT INTO play (account_id, track_id, played_at, source, digest) "
        "SELECT %s, %s, '2020-01-01Z'::timestamptz + i * interval '1 hour', 'extended', i "
        "FROM generate_series(1, 3000) i",
        alice, track,
    )  # fmt: skip
    seed.learn(alice, track)
    path = f"{BASE}/history/alice?limit=500"
    status, _, body = visitor.ask(path)
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Host": NAME})
    direct = connection.getresponse().read()
    connection.close()
    assert (status, len(json.loads(body)["plays"]), body == direct) == (200, 500, True)
    assert len(body) > 256 * 1024  # more than the buffers of either
    assert [file for file in tmp_path.glob("proxy/**/*") if file.is_file()] == []


def test_exports_of_several_megabytes_are_accepted(visitor: Visitor) -> None:
    session = signed_in(seed.account(visibility="private"))
    parts = [
        f'name="csrf"\r\n\r\n{by_our_page(session)["X-CSRF-Token"]}',
        f'name="files"; filename="endsong_0.json"\r\n\r\n[{" " * 3_000_000}]',
    ]
    body = "".join(f"--x\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + "--x--\r\n"
    own = {"Cookie": f"session={session['session']}", "Origin": visitor.origin, "Accept": "text/html"}
    status, headers, _ = visitor.ask(
        f"{BASE}/account/imports", body, Content_Type="multipart/form-data; boundary=x", **own
    )
    assert (status, urlsplit(headers["Location"]).path) == (303, f"{BASE}/account/imports")
