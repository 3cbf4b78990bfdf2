"""Refusals outside handlers are a page in the visitor's language for people, and problem+json for programs."""

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

import web.pages.privacy
from tests.web import seed
from tests.web.contract import PROBLEM
from tests.web.reading import BROWSER, words
from web.http.rate_limits import A_MINUTE
from web.server import fair_queue

GERMAN = {**BROWSER, "Accept-Language": "de"}
HTML = "text/html; charset=utf-8"


@pytest.fixture
def unraising(client: TestClient) -> TestClient:
    """A client that gets faults of the service as answers, as visitors do."""
    return TestClient(client.app, str(client.base_url), raise_server_exceptions=False)


def test_a_service_that_is_too_busy_says_so_on_a_page(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_queue, "MOST", 0)
    monkeypatch.setattr(fair_queue.FairQueue, "_may_begin", lambda *_: False)  # simulates that every thread is busy
    answer = client.get("/", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"], answer.headers["retry-after"]) == (503, HTML, "5")
    assert "Not available right now. 512 requests are already waiting: try again" in words(answer.text)
    german = words(client.get("/", headers=GERMAN).text)
    assert "512 Anfragen warten schon: Versuche es in ein paar Sekunden noch einmal." in german
    assert client.get("/").headers["content-type"] == PROBLEM


def broken(*_: object, **__: object) -> Response:
    raise RuntimeError("secret")


def test_a_fault_is_a_page_without_details(unraising: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.pages.privacy, "page", broken)
    answer = unraising.get("/privacy", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (500, HTML)
    assert "This is a fault of the service, not of the request" in words(answer.text)
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "Das ist ein Fehler des Dienstes" in words(unraising.get("/privacy", headers=GERMAN).text)
    assert unraising.get("/privacy").headers["content-type"] == PROBLEM


def test_too_many_questions_are_refused_on_a_page(client: TestClient) -> None:
    seed.account()
    for _ in range(A_MINUTE["question"]):
        client.get("/recap/alice/feed.atom")
    answer = client.get("/recap/alice", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (429, HTML)
    assert f"Too many tries. This was tried {A_MINUTE['question']} times within a minute" in words(answer.text)
    german = words(client.get("/recap/alice", headers=GERMAN).text)
    assert f"{A_MINUTE['question']} Mal innerhalb einer Minute versucht" in german


def test_an_unreachable_database_is_reported_in_the_visitors_language(nowhere: TestClient) -> None:
    nowhere.event_hooks = {}
    nowhere.cookies = {"session": "session_1_" + "x" * 43}
    answer = nowhere.get("/account", headers=GERMAN)
    assert (answer.status_code, answer.headers["content-type"]) == (503, HTML)
    assert "Die Datenbank ist gerade nicht erreichbar; versuche es noch einmal." in words(answer.text)
