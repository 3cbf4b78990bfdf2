"""A reader gets pages in the chosen or preferred language; answers to programs do not change."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import BROWSER
from tests.web.visitors.visiting import by_our_page, shared, signed_in

GERMAN = {**BROWSER, "Accept-Language": "de"}


def language(client: TestClient, address: str = "/privacy", accepted: str = "de") -> str:
    """The language of the page for a browser that accepts these languages."""
    html = client.get(address, headers={**BROWSER, "Accept-Language": accepted}).text
    return html.partition('<html lang="')[2].partition('"')[0]


def choose(client: TestClient, cookies: dict[str, str], choice: str) -> None:
    client.cookies = cookies
    answer = client.post("/account/language", data={"language": choice}, headers=by_our_page(cookies))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/preferences#language")


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.3, de;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("DE-de", "de"),
        ("fr", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("de;q=high, en;q=0.1", "en"),
        (",;=,", "en"),
    ],
)
def test_a_browser_gets_the_first_available_language_that_it_accepts(
    client: TestClient, accepted: str, expected: str
) -> None:
    assert language(client, accepted=accepted) == expected


def test_a_choice_in_the_footer_holds_for_this_browser_and_returns_to_the_page(client: TestClient) -> None:
    seed.account()
    answer = client.post("/language", data={"language": "en", "next": "/today/alice?date=2026-11-20"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/today/alice?date=2026-11-20")
    assert language(client) == "en"
    client.post("/language", data={"language": "de"})
    assert language(client, accepted="en") == "de"


@pytest.mark.parametrize("sent", [{"language": "xx"}, {"language": "de", "next": "//elsewhere.example"}, {}])
def test_no_other_choice_is_accepted(client: TestClient, sent: dict[str, str]) -> None:
    assert client.post("/language", data=sent).status_code == 422
    assert client.cookies == {}


def test_a_reader_of_a_link_may_choose_too(client: TestClient) -> None:
    secret = shared(seed.account(visibility="private"))
    html = client.get(f"/privacy?share={secret}", headers=BROWSER).text
    assert f'action="/language?share={secret}"' in html
    answer = client.post(f"/language?share={secret}", data={"language": "de", "next": f"/privacy?share={secret}"})
    assert answer.headers["location"] == f"/privacy?share={secret}"


def test_an_accounts_language_holds_in_every_browser_until_it_is_reset(client: TestClient) -> None:
    cookies = signed_in(seed.account(visibility="private"))
    client.cookies = {**cookies, "language": "de"}
    assert language(client, "/account", "en") == "de"
    choose(client, cookies, "en")
    assert language(client, "/account") == "en"
    client.cookies = signed_in(seed.account("bob", visibility="private"))
    assert language(client, "/account") == "de"
    choose(client, cookies, "browser")
    assert language(client, "/account") == "de"


def test_a_page_in_another_language_is_sent_anew(client: TestClient) -> None:
    seed.account()
    client.event_hooks = {}  # a refusal in a browser is a page
    for address in ("/", "/privacy", "/docs", "/totals/alice", "/today/alice?date=2026-11-20", "/nothing", "/activity"):
        english, german = client.get(address, headers=BROWSER), client.get(address, headers=GERMAN)
        assert "Accept-Language" in english.headers["vary"]
        assert 'lang="de"' in german.text
        if "etag" in english.headers:
            again = client.get(address, headers={**GERMAN, "If-None-Match": english.headers["etag"]})
            assert again.status_code == 200


def test_programs_get_the_same_answer_in_every_language(client: TestClient) -> None:
    seed.play(seed.account(), seed.known_track(), "2026-03-03 10:00Z")
    for address in ("/totals/alice", "/gaps/alice", "/totals/alice?period=never", "/totals/nobody"):
        english, german = client.get(address), client.get(address, headers={"Accept-Language": "de"})
        assert english.content == german.content
