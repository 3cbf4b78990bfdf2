"""/account shows the state of everything, with links to the pages that change it."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import content, links, page, read, words
from tests.web.visitors.visiting import shared, with_token

PAGES = (
    "",
    "/spotify",
    "/privacy",
    "/preferences",
    "/tokens",
    "/exclusions",
    "/recordings",
    "/genres",
    "/export",
    "/browsers",
    "/delete",
)
OLD_ANCHORS = (
    "connection", "reading", "time-zone", "recommendations", "playlist", "tokens", "links", "sessions", "deletion"
)  # fmt: skip


def test_the_overview_shows_the_state_of_everything_in_words(browser: TestClient, alice: int) -> None:
    with_token(alice)
    shared(alice, "recap", "2025", redacted=True)
    text = read(browser, "/account")
    assert "Your account, Alice &lt;A.&gt;." in text
    for state in (
        "Time zone decides the day and hour of each play Europe/Berlin",
        "Connection Alice &lt;A.&gt; Connected until 1 May 2027",
        "Playlist today\u2019s list, on Spotify Off",
        "Only you, and anyone with one of your tokens or links",
        "Links to share 1 link",
        "Share of new music Same as you listen now",
        "Tokens for programs test",
        "1 browser",
        "Your 2025 recap as a link, without individual plays Shared Share",
        "Versions of songs which tracks count as one As Insight found them",
        "Imports of your earlier years None Import",
        "Links to share 1 link Manage",
        "Exclusions plays that no page counts None Create",
    ):
        assert state in text
    assert "Spotify\u2019s consent ends" not in text


@pytest.mark.parametrize("path", PAGES)
def test_every_account_page_links_to_every_other(browser: TestClient, path: str) -> None:
    html = page(browser, f"/account{path}")
    assert {f"/account{other}" for other in PAGES} <= set(links(content(html)))
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', content(html)) == [f"/account{path}"]


@pytest.mark.parametrize("path", PAGES)
def test_signing_in_returns_to_the_page(browser: TestClient, path: str) -> None:
    browser.cookies = {}
    answer = browser.get(f"/account{path}")
    address = f"/account{path}".replace("/", "%2F")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={address}")


def test_old_anchors_still_exist(browser: TestClient) -> None:
    html = page(browser, "/account")
    assert [anchor for anchor in OLD_ANCHORS if f'id="{anchor}"' not in html] == []


@pytest.mark.parametrize(
    ("change", "notice"),
    [
        ("UPDATE account SET authorised_at = '2026-05-25'", "Spotify\u2019s consent ends on 25 Nov 2026."),
        ("UPDATE account SET reconnect_reason = 'ended'", "Spotify\u2019s consent has ended. Nothing is collected"),
    ],
)
def test_a_consent_that_ends_soon_or_has_ended_is_prominent(browser: TestClient, change: str, notice: str) -> None:
    assert "Renew" not in read(browser, "/account")
    seed.change(change)
    html = page(browser, "/account")
    assert notice in words(html)
    assert '<a class="button" href="/connect?username=alice">Renew</a>' in html
