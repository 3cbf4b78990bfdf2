"""POST /appearance chooses a light or dark theme for one browser."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.visitors.visiting import by_our_page, shared, signed_in

THEME = re.compile(r'<html [^>]*data-theme="(\w+)"')


def choose(client: TestClient, theme: str, page: str = "http://127.0.0.1/privacy", query: str = "") -> str:
    """Choose a theme on the page; returns where the answer leads."""
    headers = {"Referer": page, "Origin": "http://127.0.0.1"}
    if "session" in client.cookies:
        headers |= by_our_page({"session": client.cookies["session"]})
    answer = client.post(f"/appearance{query}", data={"theme": theme}, headers=headers)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_reader_without_an_account_chooses_and_goes_back(client: TestClient) -> None:
    assert THEME.findall(client.get("/privacy").text) == []
    assert choose(client, "dark") == "/privacy"
    dark = client.get("/privacy").text
    assert THEME.findall(dark) == ["dark"]
    assert '<meta name="color-scheme" content="dark">' in dark
    assert re.findall(r'value="(\w+)" aria-pressed="true"', dark) == ["dark"]
    choose(client, "light")
    assert THEME.findall(client.get("/privacy").text) == ["light"]
    choose(client, "auto")
    assert (THEME.findall(client.get("/privacy").text), "theme" in client.cookies) == ([], False)


def test_a_cached_page_changes_with_the_theme(client: TestClient) -> None:
    before = client.get("/privacy")
    assert "Cookie" in before.headers["vary"]
    choose(client, "dark")
    after = client.get("/privacy", headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, THEME.findall(after.text)) == (200, ["dark"])
    assert client.get("/privacy", headers={"If-None-Match": after.headers["etag"]}).status_code == 304


def test_a_listener_and_the_reader_of_a_link_choose_too(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    share = shared(alice)
    page = f"http://127.0.0.1/today/alice?share={share}"
    assert choose(client, "dark", page, f"?share={share}") == f"/today/alice?share={share}"
    client.cookies.update(signed_in(alice))
    assert choose(client, "light", "http://127.0.0.1/account") == "/account"
    assert THEME.findall(client.get("/account").text) == ["light"]


def test_a_page_that_answered_a_form_is_not_returned_to(client: TestClient) -> None:
    assert choose(client, "dark", "http://127.0.0.1/account/links") == "/"


@pytest.mark.parametrize(
    "page", ["", "http://evil.example", "http://evil.example//evil.example/", "x", "//evil/x", "http://[", "//[x]/"]
)
def test_choosing_a_theme_leads_to_no_other_site(client: TestClient, page: str) -> None:
    assert choose(client, "dark", page) == "/"


def test_pages_of_refusals_have_the_theme(client: TestClient) -> None:
    client.event_hooks = {}
    choose(client, "dark")
    for path in ("/nothing", "/today/nobody"):
        assert THEME.findall(client.get(path, headers={"Accept": "text/html"}).text) == ["dark"]


def test_another_value_is_refused_and_another_cookie_ignored(client: TestClient) -> None:
    assert client.post("/appearance", data={"theme": "pink"}).status_code == 400
    client.cookies = {"theme": '"><b>'}
    assert THEME.findall(client.get("/privacy").text) == []


def test_another_sites_page_cannot_choose(client: TestClient) -> None:
    answer = client.post("/appearance", data={"theme": "dark"}, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
