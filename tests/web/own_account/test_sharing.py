"""Listeners share pages as links; last year's recap without single plays is four steps from the home page."""

import re
from urllib.parse import urlsplit

from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import content, links, page, words

SHARED = re.compile(r"http://127\.0\.0\.1(/recap/alice\?share=link_\d+_[\w-]{43})")


def test_last_years_recap_is_shared_in_four_steps(browser: TestClient, alice: int) -> None:
    seed.play(alice, seed.known_track(), "2025-06-01 12:00Z")
    assert "/account" in links(page(browser, "/totals/alice?period=week"))
    (new_link,) = {href.replace("&amp;", "&") for href in links(content(page(browser, "/account"))) if "recap" in href}
    form = content(page(browser, urlsplit(new_link)._replace(fragment="").geturl())).partition('id="new-link"')[2]
    choices = dict(re.findall(r'name="(\w+)"[^>]* value="(\w+)"', form))
    choices["question"] = re.findall(r'<option value="(\w+)" selected>', form)[0]
    assert 'name="redacted" checked' in form
    made = browser.post("/account/links", data={**choices, "redacted": "on"})
    (address,) = SHARED.findall(words(made.text))
    browser.cookies = {}
    shared_page = page(browser, address)
    assert "2025" in words(shared_page)
    assert not re.search(r"\d\d:\d\d", content(shared_page))


def test_one_link_shares_home_rankings_and_recap_of_a_period(browser: TestClient, alice: int) -> None:
    seed.play(alice, seed.known_track(), "2025-06-01 12:00Z")
    form = content(page(browser, "/account/privacy")).partition('id="new-link"')[2]
    (several,) = re.findall(r'<option value="([\w,-]+)">home, rankings and recap<', form)
    made = browser.post("/account/links", data={"question": several, "period": "2025", "redacted": "on", "days": "7"})
    (address,) = re.findall(r"http://127\.0\.0\.1(/totals/alice\?share=link_\d+_[\w-]{43})", words(made.text))
    assert "Totals, Top artists, Top songs, Top albums, Top genres, Recap 2025" in words(made.text)
    browser.cookies = {}
    linked = [urlsplit(href).path for href in links(page(browser, address)) if "share=" in href]
    assert {"/totals/alice", "/top-artists/alice", "/recap/alice"} <= set(linked)
    for path in {path for path in linked if path.endswith("/alice")}:
        assert "2025" in words(page(browser, address.replace("/totals/alice", path)))
    assert browser.get(address.replace("/totals/", "/streaks/")).status_code == 404


def test_an_unknown_statistic_is_refused(browser: TestClient) -> None:
    refused = browser.post("/account/links", data={"question": "recap,weather", "days": "7"})
    assert refused.status_code == 422


def test_links_are_listed_in_words(browser: TestClient) -> None:
    browser.post("/account/links", data={"question": "top-tracks", "period": "2025-06", "days": "7"})
    browser.post("/account/links", data={"period": "2025-W42", "days": "7", "redacted": "on"})
    browser.post("/account/links", data={"period": "month", "days": "7"})
    text = words(page(browser, "/account/privacy"))
    assert "1 Top songs June 2025 Everything" in text
    assert "2 All statistics Week 42 of 2025 Totals only" in text
    assert "3 All statistics this month Everything" in text
