"""While the service starts, its port already answers people and programs with the progress."""

import socket
import threading
from http.client import HTTPConnection, HTTPResponse

import pytest
from starlette.testclient import TestClient

import application
import settings
from web.http.security import HEADERS
from web.pages.startup_page import StartPage, Startup
from web.server.middleware import RequestMiddleware
from web.server.request_metrics import RequestMetrics

BROWSER = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def startup() -> Startup:
    steps = Startup("Environment", "Database", "Import")
    steps.begin("Import", "alice, 1 of 2")
    return steps


@pytest.fixture
def client(startup: Startup) -> TestClient:
    return TestClient(StartPage(startup, "1.2.3", ""), base_url="http://127.0.0.1")


def test_a_browser_gets_a_page_that_reloads_itself(client: TestClient, startup: Startup) -> None:
    page = client.get("/today/alice", headers=BROWSER)
    assert (page.status_code, page.headers["Retry-After"], page.headers["Cache-Control"]) == (503, "2", "no-store")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<meta http-equiv="refresh" content="2">' in page.text
    assert "Step 3 of 3" in page.text
    assert '<li aria-current="step">Import: in progress<br><small>alice, 1 of 2</small></li>' in page.text
    startup.show("<b>40 %</b>")
    assert "&lt;b&gt;40 %&lt;/b&gt;" in client.get("/", headers=BROWSER).text


def test_a_program_gets_the_progress_as_a_problem(client: TestClient) -> None:
    for method, path in (
        ("GET", "/history/alice"),
        ("POST", "/account/tokens"),
        ("GET", "/ready"),
        ("GET", "/nothing"),
    ):
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json() == {
            "type": "about:blank",
            "title": "Service Unavailable",
            "status": 503,
            "detail": "Insight is starting: import. Try again in a few seconds.",
            "instance": path,
            "steps": [
                {"name": "Environment", "state": "done", "detail": ""},
                {"name": "Database", "state": "done", "detail": ""},
                {"name": "Import", "state": "doing", "detail": "alice, 1 of 2"},
            ],
        }


def test_health_and_style_sheets_are_already_served(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "alive", "version": "1.2.3"}
    assert client.get("/ready", headers=BROWSER).headers["Content-Type"] == "application/problem+json"
    assert client.get("/static/tokens.css").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/static/nope.css", 404),
        ("GET", "/static/", 404),
        ("GET", "/static/..%2f..%2fsettings.py", 404),
        ("GET", "/static/%00", 404),
        ("GET", "/static/" + "a" * 3000, 404),
        ("POST", "/static/tokens.css", 405),
    ],
)
def test_unknown_files_are_refused_as_by_the_service(startup: Startup, method: str, path: str, status: int) -> None:
    door = RequestMiddleware(StartPage(startup, "1.2.3", ""), (), (), "", RequestMetrics(), over_https=False)
    client = TestClient(door, base_url="http://127.0.0.1", raise_server_exceptions=False)
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers.get("Content-Type")) == (status, "application/problem+json")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers.get("Allow") == ("GET, HEAD" if status == 405 else None)


def ask(port: int, path: str, host: str = "127.0.0.1") -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_the_page_holds_the_port_until_the_service_takes_over_without_a_gap() -> None:
    environment = settings.read({"BASE_PATH": "/insight"})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
        startup = Startup("Environment", "Database")
        with application.start_page(environment, listener, startup):
            startup.begin("Database")
            answer, body = ask(port, "/insight/users")
            assert (answer.status, b'"instance":"/insight/users"' in body) == (503, True)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert ask(port, "/", host="evil.example")[0].status == 421
        later: list[int] = []
        waiting = threading.Thread(target=lambda: later.append(ask(port, "/insight/health")[0].status))
        waiting.start()  # before the next server is there
        with application.start_page(environment, listener, startup):
            waiting.join(120)
    assert later == [200]
