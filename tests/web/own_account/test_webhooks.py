"""/account/webhooks manages webhooks, and programs can read them at /webhooks/<username>."""

import re
from collections.abc import Iterator

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from db.engine.cipher import Cipher
from db.engine.connection import connected, rows
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.reading import words
from tests.web.visitors.visiting import by_our_page, shared, signed_in, with_token
from web.http.services import Services

PAGE = "/account/webhooks"
ADDRESS = "https://example.org/hook?key=s3cret"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
CIPHER = Cipher("k" * 32)


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    services = Services(VERSION, lambda: NOW, sealer=CIPHER, webhook_hosts=frozenset({"192.168.1.10"}))
    with service_client(services) as client:
        yield client


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account(visibility="public")


@pytest.fixture
def browser(client: TestClient, alice: int) -> TestClient:
    """A browser in which Alice is signed in, and which sends forms as our pages do."""
    client.cookies = cookies = signed_in(alice)
    client.headers.update(by_our_page(cookies))
    return client


def made(browser: TestClient, address: str = ADDRESS, **events: str) -> Response:
    return browser.post(PAGE, data={"address": address, **(events or {"play": "on"})})


def stored() -> list[tuple[object, ...]]:
    with connected():
        return rows("SELECT address, events, paused_at IS NOT NULL FROM webhook ORDER BY id")


def test_a_webhook_is_made_and_its_secret_shown_once(browser: TestClient) -> None:
    answer = made(browser, play="on", gap="on")
    (secret,) = SECRET.findall(answer.text)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert stored() == [(ADDRESS, ["play", "gap"], False)]
    with connected():
        ((sealed,),) = rows("SELECT secret FROM webhook")
    assert CIPHER.open_text(sealed) == secret
    again = browser.get(PAGE)
    assert SECRET.findall(again.text) == []
    assert f"1 {ADDRESS} New play; Plays probably missing" in words(again.text)


def test_a_webhook_is_paused_resumed_tested_and_deleted(browser: TestClient) -> None:
    made(browser)
    for change, is_paused in (("pause", True), ("pause", True), ("resume", False)):
        answer = browser.post(f"{PAGE}/{change}", data={"id": "1"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#webhooks")
        assert stored() == [(ADDRESS, ["play"], is_paused)]
    browser.post(f"{PAGE}/test", data={"id": "1"})
    assert "Test Waiting" in words(browser.get(PAGE).text)
    browser.post(f"{PAGE}/delete", data={"id": "1"})
    assert stored() == []
    assert "You have no webhooks." in words(browser.get(PAGE).text)


@pytest.mark.parametrize(
    ("address", "events", "sentence"),
    [
        (ADDRESS, {"csrf": ""}, "Choose at least one of the events"),
        ("http://example.org/", {"play": "on"}, "Use an address that begins with https://."),
        ("https://10.0.0.1/", {"play": "on"}, "This address is not on the public internet"),
    ],
)
def test_an_invalid_webhook_is_refused(
    browser: TestClient, address: str, events: dict[str, str], sentence: str
) -> None:
    answer = made(browser, address, **events)
    assert (answer.status_code, stored()) == (422, [])
    assert sentence in words(answer.text)


def test_a_private_host_is_accepted_if_the_operator_allows_it(browser: TestClient) -> None:
    assert made(browser, "http://192.168.1.10:8123/hook").status_code == 200


def test_an_account_has_at_most_five_webhooks(browser: TestClient) -> None:
    assert [made(browser).status_code for _ in range(6)] == [200] * 5 + [422]
    assert len(stored()) == 5


def test_nobody_changes_the_webhook_of_somebody_else(browser: TestClient) -> None:
    bob = seed.account("bob")
    seed.insert("webhook", account_id=bob, address=ADDRESS, events=["play"], secret="sealed")
    for change in ("pause", "resume", "test", "delete"):
        answer = browser.post(f"{PAGE}/{change}", data={"id": "1"})
        assert (answer.status_code, "There is no webhook 1" in answer.text) == (422, True)
    assert stored() == [(ADDRESS, ["play"], False)]


def deliveries(alice: int) -> None:
    """Insert a delivery that succeeded, one that will be tried again, and one that was given up."""
    ids: dict[str, object] = {"account_id": alice, "webhook_id": 1, "event": "play", "body": "{}", "created_at": NOW}
    outcomes: tuple[dict[str, object], ...] = (
        {"attempts": 1, "delivered_at": NOW, "status": 204, "next_at": None},
        {"attempts": 2, "status": 503, "problem": "status", "next_at": NOW},
        {"attempts": 10, "problem": "unknown_host", "next_at": None},
    )
    for number, columns in enumerate(outcomes):
        seed.insert("webhook_delivery", **ids, event_id=f"00000000-0000-0000-0000-{number:012}", **columns)


def test_the_log_shows_the_outcome_of_each_delivery(browser: TestClient, alice: int) -> None:
    made(browser)
    deliveries(alice)
    text = words(browser.get(PAGE).text)
    assert "New play Failed Host name not found. \u2013" in text
    assert "New play 2 attempts The server answered with status 503. 20 Nov 2026" in text
    assert "New play Delivered \u2013" in text


def test_programs_read_webhooks_without_secrets(browser: TestClient, alice: int) -> None:
    made(browser)
    deliveries(alice)
    answer = browser.get("/webhooks/alice", headers={"Accept": "application/json"})
    body = answer.json()
    (webhook,) = body["webhooks"]
    assert (webhook["number"], webhook["host"], webhook["events"], webhook["waiting"]) == (
        1,
        "example.org",
        ["play"],
        1,
    )
    assert [each["problem"] for each in body["deliveries"]] == ["unknown_host", "status", ""]
    assert "s3cret" not in answer.text
    again = browser.get("/webhooks/alice", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    seed.change("DELETE FROM webhook_delivery WHERE attempts = 10")
    assert browser.get("/webhooks/alice", headers={"If-None-Match": answer.headers["etag"]}).status_code == 200


def test_only_the_listener_and_programs_that_read_everything_read_webhooks(client: TestClient, alice: int) -> None:
    bob, path = seed.account("bob"), "/webhooks/alice"
    assert client.get(path).status_code == 404
    assert client.get(path, params={"share": shared(alice)}).status_code == 404
    assert client.get(path, headers=with_token(bob)).status_code == 404
    assert client.get(path, headers=with_token(alice)).status_code == 200


def test_without_a_key_no_webhook_is_made(database_url: str, alice: int) -> None:
    with service_client(Services(VERSION, lambda: NOW)) as client:
        client.cookies = cookies = signed_in(alice)
        client.headers.update(by_our_page(cookies))
        answer = made(client)
    assert (answer.status_code, stored()) == (422, [])
    assert "This service has no SECRET_KEY" in words(answer.text)
