"""/administration shows the state of every account and of the service, and lets administrators change accounts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from db.collecting.clock import note_clock
from db.engine.connection import connected
from tests.web import seed
from tests.web.api.administering import ROOT, SERVICES
from tests.web.conftest import NOW, service_client
from tests.web.pages.test_connect import consent
from tests.web.reading import BROWSER, content, links, page, read, words
from tests.web.visitors.visiting import by_our_page, signed_in

INVITATION = re.compile(r">https?://[^/<]+(/connect\?username=alice&amp;invitation=invitation_\d+_[\w-]{43})")


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account(visibility="private")


@pytest.fixture
def browser(alice: int) -> Iterator[TestClient]:
    """The browser of an administrator."""
    with service_client(replace(SERVICES, consent=consent())) as client:
        client.cookies = cookies = signed_in(seed.account(ROOT, visibility="private"))
        client.headers.update(by_our_page(cookies))
        yield client


def send(browser: TestClient, path: str, **form: str) -> Response:
    return browser.post(f"/administration{path}", data=form)


def refusal(answer: Response) -> str:
    assert answer.status_code == 422
    return words(answer.text).partition("Nothing was changed. ")[2]


def test_the_page_shows_the_state_of_every_account_and_nothing_that_anybody_hears(
    browser: TestClient, alice: int
) -> None:
    seed.plays(alice, seed.known_track(), ["2026-11-19 10:00Z", "2026-11-19 11:00Z"])
    seed.change("UPDATE account SET refresh_token = 'sealed', authorised_at = '2026-06-10' WHERE id = %s", alice)
    run = {"started_at": "2026-11-20 11:40Z", "finished_at": "2026-11-20 11:41Z", "outcome": "collected"}
    seed.insert("collection_run", account_id=alice, collector="recent", **run)
    text = read(browser, "/administration")
    assert "2 accounts on this service." in text
    assert "alice Ends soon until 10 Dec 2026 20 Nov 2026, 12:41 Collected 20 Nov 2026, 12:40 2 " in text
    assert f"{ROOT} Not connected never never 0 0" in text
    for heard in ("Paper Boats", "Lanterns", "Harbour", "10:00", "11:00", "19 Nov"):
        assert heard not in text


@pytest.mark.parametrize(
    ("minutes", "sentence"), [(90, "is 90 minutes ahead of"), (-7, "is 7 minutes behind"), (4, None), (None, None)]
)
def test_the_page_warns_of_a_wrong_clock(browser: TestClient, minutes: int | None, sentence: str | None) -> None:
    if minutes is not None:
        with connected():
            note_clock(timedelta(minutes=minutes), NOW)
    text = read(browser, "/administration")
    assert (f"clock {sentence} Spotify" in text) == (sentence is not None)
    assert ("Wrong clock" in text) == (sentence is not None)


def test_the_page_shows_the_state_of_the_service(browser: TestClient) -> None:
    seed.insert("quota_hour", developer="settings", endpoint_group="player", hour="2026-11-20 11:00Z", calls=40)
    seed.insert("service_standing", service="listenbrainz", failures=3, reason="It answered 503.",
                blocked_until="2026-11-20 12:30Z")  # fmt: skip
    seed.insert("service_standing", service="musicbrainz", answered_at="2026-11-20 11:00Z")
    text = read(browser, "/administration")
    assert re.search("40 of 1\\W?000 calls used", text)
    assert "ListenBrainz last answered: never Paused until 20 Nov 2026, 13:30 It answered 503." in text
    assert "MusicBrainz last answered: 20 Nov 2026, 12:00 Works" in text
    assert re.search(r"Insight 1\.2\.3 PostgreSQL \d+\.\d+ Database \d+ MB", text)


def test_only_administrators_get_the_link_and_the_page(browser: TestClient, alice: int) -> None:
    assert "/administration" in links(page(browser, "/privacy"))
    browser.cookies = signed_in(alice)
    assert "/administration" not in links(page(browser, "/privacy"))
    browser.event_hooks = {}
    for path in ("/administration", "/administration/alice"):
        answer = browser.get(path, headers=BROWSER)
        assert (answer.status_code, "This is for administrators" in words(answer.text)) == (403, True)


def test_an_account_is_added_and_invited(browser: TestClient) -> None:
    added = send(browser, "", username="carol", time_zone="Europe/Paris")
    assert (added.status_code, added.headers["location"]) == (303, "/administration/carol")
    assert "Added. Invite the listener next." in read(browser, "/administration/carol")
    made = send(browser, "/alice/invitation")
    (link,) = INVITATION.findall(made.text)
    assert made.headers["cache-control"] == "no-store"
    assert INVITATION.findall(page(browser, "/administration/alice")) == []
    browser.cookies = {}
    assert browser.get(link.replace("&amp;", "&")).status_code == 302  # to Spotify


def test_an_account_is_renamed(browser: TestClient) -> None:
    answer = send(browser, "/alice/rename", username="alicia")
    assert (answer.status_code, answer.headers["location"]) == (303, "/administration/alicia")
    assert "Renamed." in read(browser, "/administration/alicia")
    seed.account("bob")
    assert "is the name of another account" in refusal(send(browser, "/alicia/rename", username="bob"))
    refused = refusal(send(browser, "/alicia/rename", username=ROOT))
    assert "This username is in ADMINISTRATORS" in refused
    assert f"cli.py users rename alicia {ROOT}" in refused


def test_an_account_is_disabled_and_enabled_after_a_confirmation(browser: TestClient, alice: int) -> None:
    assert "tick the box" in refusal(send(browser, "/alice/disable"))
    assert send(browser, "/alice/disable", confirm="on").status_code == 303
    assert seed.number("SELECT count(*) FROM account WHERE disabled_at IS NOT NULL") == 1
    text = read(browser, "/administration/alice")
    assert ("Disabled. Access is blocked" in text, "Yes, enable alice" in text, "Invite" in text) == (True, True, False)
    assert "tick the box" in refusal(send(browser, "/alice/enable"))
    assert send(browser, "/alice/enable", confirm="on").status_code == 303
    assert seed.number("SELECT count(*) FROM account WHERE disabled_at IS NOT NULL") == 0


def test_administrators_cannot_lock_themselves_out(browser: TestClient) -> None:
    assert "Yes, disable" not in content(page(browser, f"/administration/{ROOT}"))
    assert "You would lock yourself out" in refusal(send(browser, f"/{ROOT}/disable", confirm="on"))


@pytest.mark.parametrize(("form", "sentence"), [
    ({"username": "alice", "time_zone": "UTC"}, "is the name of another account"),
    ({"username": "a b", "time_zone": "UTC"}, "A username has 1 to 64 letters"),
    ({"username": "carol", "time_zone": "Mars/Olympus"}, "There is no time zone"),
])  # fmt: skip
def test_an_invalid_new_account_is_refused_on_the_page(
    browser: TestClient, form: dict[str, str], sentence: str
) -> None:
    assert sentence in refusal(send(browser, "", **form))


def test_an_unknown_account_is_not_found(browser: TestClient) -> None:
    assert browser.get("/administration/nobody").status_code == 404
    assert send(browser, "/nobody/disable", confirm="on").status_code == 404
