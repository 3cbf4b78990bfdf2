"""/account shows listeners their own account and lets them change it."""

import logging
import re
from collections.abc import Iterator

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from db.engine.cipher import Cipher
from db.engine.connection import connected, rows
from db.people.preferences import Preference, preference
from tests.suite.waiting import until
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.pages.test_connect import consent
from tests.web.reading import links, words
from tests.web.visitors.visiting import by_our_page, shared, signed_in, with_token
from web.http.services import Services

CONNECTED = {"refresh_token": "sealed", "access_token": "sealed", "authorised_at": "2026-06-10T12:00:00Z"}
TOKEN, LINK = re.compile(r"insight_\d+_[\w-]{43}"), re.compile(r"http://127\.0\.0\.1(/\S+\?share=link_\d+_[\w-]{43})")
FORMS = (
    "visibility",
    "time-zone",
    "recommendations",
    "tokens",
    "tokens/revoke",
    "links",
    "links/revoke",
    "disconnect",
    "delete",
)


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    services = Services(VERSION, lambda: NOW, consent(), sealer=Cipher("k" * 32), administrators=frozenset({"ada"}))
    with service_client(services) as client:
        yield client


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account(visibility="private", display_name="Alice <A.>", spotify_account_id="alice", **CONNECTED)


@pytest.fixture
def page(client: TestClient, alice: int) -> TestClient:
    """A browser in which Alice is signed in, and which sends forms as our pages do."""
    cookies = signed_in(alice)
    client.cookies = cookies
    client.headers.update(by_our_page(cookies))
    return client


def read(answer: Response) -> str:
    """The visible text of a page."""
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return words(answer.text)


def refusal(answer: Response) -> str:
    """The page's message about a form that was filled in wrongly."""
    assert answer.status_code == 422
    alert = re.search(r'role="alert"><p><b>Nothing was changed.</b> (.*?)</p>', answer.text)
    return re.sub("</?code>", "`", alert[1]) if alert else ""


def status(client: TestClient, path: str, token: str = "") -> int:
    """The status of the path for a visitor who has at most the token."""
    with service_client(client.app.state.services) as visitor:  # type: ignore[attr-defined]
        return visitor.get(path, headers={"Authorization": f"Bearer {token}"} if token else {}).status_code


def test_account_pages_are_for_signed_in_listeners_only(client: TestClient, alice: int) -> None:
    for headers, query in (({}, ""), (with_token(alice), ""), ({}, f"?share={shared(alice)}")):
        answer = client.get(f"/account{query}", headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Faccount")
        for form in FORMS:
            answer = client.post(f"/account/{form}{query}", headers=headers)
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Faccount")


def test_the_page_shows_the_connection_and_its_end(page: TestClient) -> None:
    answer = page.get("/account/spotify")
    text = read(answer)
    assert "Connected to Spotify. Overview Spotify Privacy" in text
    ends = "Ends soon Spotify\u2019s consent lasts six months: yours ends on 10 Dec 2026, in 20 days."
    assert f"Connection to Spotify {ends} Renewing it takes one click." in text
    assert "/connect?username=alice" in links(answer.text)
    assert "You have no tokens." in read(page.get("/account/tokens"))
    assert "You have no links." in read(page.get("/account/privacy"))


@pytest.mark.parametrize(
    ("change", "badge"),
    [
        ("UPDATE account SET authorised_at = '2026-11-01'", "Connected Spotify\u2019s consent lasts six months: yours"),
        ("UPDATE account SET reconnect_reason = 'ended'", "Ended Your consent has ended, so nothing is collected."),
        ("UPDATE account SET refresh_token = NULL", "Not connected Insight collects nothing from Spotify."),
    ],
)
def test_each_state_of_the_connection_is_explained(page: TestClient, change: str, badge: str) -> None:
    seed.change(change)
    assert f"Connection to Spotify {badge}" in read(page.get("/account/spotify"))


def test_a_listener_chooses_who_may_read_the_account(page: TestClient) -> None:
    assert status(page, "/totals/alice") == 404
    answer = page.post("/account/visibility", data={"visibility": "public"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/privacy#reading")
    assert status(page, "/totals/alice") == 200
    page.post("/account/visibility", data={"visibility": "private"})
    assert status(page, "/totals/alice") == 404
    assert refusal(page.post("/account/visibility", data={"visibility": "link"})) == (
        "`visibility` must be one of private, public."
    )


def zones() -> list[tuple[str, str]]:
    with connected():
        return rows("SELECT since::text, time_zone FROM account_time_zone ORDER BY since")


def test_a_listener_changes_or_corrects_the_time_zone(page: TestClient) -> None:
    answer = page.post("/account/time-zone", data={"time_zone": "Asia/Tokyo"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/preferences#time-zone")
    assert zones() == [("-infinity", "Europe/Berlin"), ("2026-11-20 12:00:00+00", "Asia/Tokyo")]
    assert "Before: Europe/Berlin." in read(page.get("/account/preferences"))
    page.post("/account/time-zone", data={"time_zone": "Europe/Paris", "since": "always"})
    assert zones() == [("-infinity", "Europe/Paris")]
    no_zone = page.post("/account/time-zone", data={"time_zone": "Mars/Olympus"})
    assert "Mars/Olympus" in refusal(no_zone)
    no_place = page.post("/account/time-zone", data={"time_zone": "localtime"})
    assert "localtime" in refusal(no_place)
    assert (
        refusal(page.post("/account/time-zone", data={"time_zone": "UTC", "since": "then"}))
        == "`since` must be one of now, always."
    )
    assert zones() == [("-infinity", "Europe/Paris")]


def stored_preferences(alice: int) -> Preference:
    with connected():
        return preference(alice)


def test_a_listener_sets_how_lists_are_made(page: TestClient, alice: int, caplog: pytest.LogCaptureFixture) -> None:
    first = page.get("/account/preferences").text
    assert re.findall(r'value="(\w+)" checked', first.partition('id="recommendations"')[2])[0] == "auto"
    assert 'name="house">' in first
    form = {"dial": "fixed", "adventurousness": "40", "house": "on", "listenbrainz": " alice_lb "}
    with caplog.at_level(logging.INFO, "insight.audit"):
        answer = page.post("/account/recommendations", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/preferences#recommendations")
    assert stored_preferences(alice) == Preference(0.4, True, "alice_lb")
    assert '"event": "preferences-changed", "username": "alice", "house": "on"' in caplog.text
    html = page.get("/account/preferences").text.partition('id="recommendations"')[2]
    assert re.findall(r'value="(\w+)" checked', html)[0] == "fixed"
    assert 'name="house" checked>' in html
    assert re.findall(r'value="(\w+)" maxlength="64"', html) == ["alice_lb"]
    assert re.findall(r'step="5"\s+value="(\d+)"', html) == ["40"]
    page.post("/account/recommendations", data={"dial": "auto", "adventurousness": "90", "listenbrainz": ""})
    assert stored_preferences(alice) == Preference()


def test_setting_how_lists_are_made_leaves_the_playlist_alone(page: TestClient, alice: int) -> None:
    seed.insert("recommendation_preference", account_id=alice, playlist=True, playlist_id="p1")
    page.post("/account/recommendations", data={"dial": "auto"})
    assert stored_preferences(alice) == Preference(playlist=True, playlist_id="p1")


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, "`dial` must be one of auto, fixed."),
        ({"dial": "much"}, "`dial` must be one of auto, fixed."),
        ({"dial": "fixed"}, "`adventurousness` must be a whole number from 0 to 100."),
        ({"dial": "fixed", "adventurousness": "101"}, "`adventurousness` must be a whole number from 0 to 100."),
        ({"dial": "fixed", "adventurousness": "0.4"}, "`adventurousness` must be a whole number from 0 to 100."),
        ({"dial": "auto", "house": "off"}, "`house` must be on, or left out."),
        ({"dial": "auto", "listenbrainz": "x" * 65}, "A ListenBrainz user name has 1 to 64 printable characters."),
    ],
)
def test_invalid_preferences_are_refused(page: TestClient, alice: int, form: dict[str, str], message: str) -> None:
    assert refusal(page.post("/account/recommendations", data=form)) == message
    assert stored_preferences(alice) == Preference()


@pytest.mark.parametrize(("redacted", "shows"), [({"redacted": "on"}, "sums only"), ({}, "everything")])
def test_the_audit_log_says_what_a_link_shows(
    page: TestClient, caplog: pytest.LogCaptureFixture, redacted: dict[str, str], shows: str
) -> None:
    with caplog.at_level(logging.INFO, "insight.audit"):
        assert page.post("/account/links", data={"question": "recap", "days": "7", **redacted}).status_code == 200
    assert f'"event": "link-made", "username": "alice", "question": "recap", "period": "any", "shows": "{shows}"' in (
        caplog.text
    )


def test_a_token_is_made_shown_once_and_revoked(page: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "insight.audit"):
        made = page.post("/account/tokens", data={"name": "phone", "days": "30", "read": "on", "question:clock": "on"})
    assert "the client_id is 1, the client_secret is the token" in read(made)
    assert "the token URL is http://127.0.0.1/oauth/token." in read(made)
    assert re.search(r'<script type="module" src="/static/[^"]*copy[^"]*">', made.text)  # shows the buttons that copy
    (token,) = set(TOKEN.findall(made.text))  # in each example
    assert (status(page, "/clock/alice", token), status(page, "/totals/alice", token)) == (200, 404)
    again = page.get("/account/tokens")
    assert re.search(
        r"1 phone Read my listening: Hours of the week \d+ \w+ \d{4} 20 Dec 2026 \d+ \w+ \d{4} Revoke", read(again)
    )
    assert TOKEN.findall(again.text) == []
    answer = page.post("/account/tokens/revoke", data={"id": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/tokens#tokens")
    assert status(page, "/clock/alice", token) == 401
    assert "Revoked" in read(page.get("/account/tokens"))
    assert '"event": "token-made", "username": "alice", "token": 1' in caplog.text
    assert token not in caplog.text


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (
            {"name": "", "days": "1", "read": "on"},
            "A token&#39;s name has 1 to 60 readable characters, for example phone.",
        ),
        (
            {"name": "x", "days": "1"},
            "A token needs at least one of the scopes read, submit, administer, widget, and no other.",
        ),
        ({"name": "x", "days": "0", "read": "on"}, "`days` must be a whole number from 1 to 3660."),
        ({"name": "x", "read": "on"}, "`days` must be a whole number from 1 to 3660."),
        (
            {"name": "x", "days": "1", "administer": "on"},
            "The scope administer takes an account that ADMINISTRATORS names.",
        ),
    ],
)
def test_an_invalid_token_is_refused_on_the_page(page: TestClient, form: dict[str, str], message: str) -> None:
    assert refusal(page.post("/account/tokens", data=form)).startswith(message)
    with connected():
        assert rows("SELECT count(*) FROM api_token") == [(0,)]


def test_an_administrator_may_make_a_token_that_administers(client: TestClient, database_url: str) -> None:
    cookies = signed_in(seed.account("ada"))
    client.cookies = cookies
    form = {"name": "x", "days": "never", "administer": "on"}
    assert TOKEN.search(client.post("/account/tokens", data=form, headers=by_our_page(cookies)).text)
    with connected():
        assert rows("SELECT scopes, expires_at FROM api_token") == [(["administer"], None)]


def test_a_link_is_made_shown_once_and_revoked(page: TestClient) -> None:
    form = {"question": "top-tracks", "period": "2025", "days": "7", "redacted": "on"}
    made = page.post("/account/links", data=form)
    (path,) = LINK.findall(read(made))
    assert path.startswith("/top-tracks/alice?share=link_")
    assert status(page, path) == 200
    again = page.get("/account/privacy")
    assert (LINK.findall(again.text), "1 Top songs 2025 Totals only" in read(again)) == ([], True)
    answer = page.post("/account/links/revoke", data={"id": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/privacy#links")
    assert status(page, path) == 404


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"period": "2025"},
        {"redacted": "on"},
        {"period": "month", "redacted": "on"},
        {"question": "history"},
        {"question": "recap"},
        {"question": "recap", "period": "2025"},
        {"question": "recap", "period": "2025", "redacted": "on"},
    ],
)
def test_every_link_leads_somewhere(page: TestClient, form: dict[str, str]) -> None:
    (path,) = LINK.findall(read(page.post("/account/links", data={"days": "1", **form})))
    assert status(page, path) == 200


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"days": "0"}, "`days` must be a whole number from 1 to 366."),
        ({"days": "367"}, "`days` must be a whole number from 1 to 366."),
        ({"days": "1", "period": "2025-13"}, "`period` must be today, week, month"),
        ({"days": "1", "question": "weather"}, "`question` must be one of activity, "),
        ({"days": "1", "question": "history", "period": "2025"}, "history does not depend on a period: leave out"),
        ({"days": "1", "period": "today", "redacted": "on"}, "A link with totals only shows whole days that are over"),
        ({"days": "1", "question": "devices", "redacted": "on"}, "devices shows single plays, places or devices"),
    ],
)
def test_an_invalid_link_is_refused_on_the_page(page: TestClient, form: dict[str, str], message: str) -> None:
    assert refusal(page.post("/account/links", data=form)).startswith(message)
    with connected():
        assert rows("SELECT count(*) FROM share_link") == [(0,)]


def test_tokens_and_links_of_others_cannot_be_revoked(page: TestClient) -> None:
    bob = seed.account("bob", visibility="private")
    token, link = with_token(bob)["Authorization"].removeprefix("Bearer "), shared(bob)
    assert refusal(page.post("/account/tokens/revoke", data={"id": "1"})).startswith("There is no token 1 that could")
    assert refusal(page.post("/account/links/revoke", data={"id": "1"})).startswith("There is no link 1 that could")
    assert (status(page, "/totals/bob", token), status(page, f"/totals/bob?share={link}")) == (200, 200)


def test_browsers_that_are_signed_in_are_listed(page: TestClient, alice: int) -> None:
    signed_in(alice)
    text = read(page.get("/account/browsers"))
    assert (text.count("This one"), len(re.findall(r"\d+ \w+ \d{4} \d+ \w+ \d{4} \d+ \w+ \d{4}", text))) == (1, 2)


def test_disconnecting_forgets_spotifys_tokens_and_keeps_plays(page: TestClient, alice: int) -> None:
    seed.play(alice, seed.known_track(), "2026-01-01T12:00:00Z")
    answer = page.post("/account/disconnect")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/spotify#connection")
    with connected():
        forgotten = "SELECT refresh_token, access_token, scopes, spotify_account_id FROM account"
        assert rows(forgotten) == [(None, None, "", "alice")]
        assert rows("SELECT count(*) FROM play") == [(1,)]
    assert "Connection to Spotify Not connected" in read(page.get("/account/spotify"))


def test_deleting_needs_the_username_and_leaves_nothing(page: TestClient, alice: int) -> None:
    seed.play(alice, seed.known_track(), "2026-01-01T12:00:00Z")
    message = "`username` must be alice, typed again: nothing was deleted."
    assert refusal(page.post("/account/delete", data={"username": "bob"})) == message
    answer = page.post("/account/delete", data={"username": "alice"})
    assert "Account deleted. Nobody can read alice any more" in read(answer)
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert page.get("/account").status_code == 303
    with connected():
        until(lambda: rows("SELECT FROM account") == [])
        assert rows("SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM play)") == [(0, 0)]


def test_a_foreign_page_changes_nothing(page: TestClient) -> None:
    del page.headers["X-CSRF-Token"]
    for form in FORMS:
        assert page.post(f"/account/{form}", data={"username": "alice", "visibility": "public"}).status_code == 403
    with connected():
        assert rows("SELECT visibility, refresh_token FROM account") == [("private", "sealed")]


def scanning(page: TestClient) -> list[tuple[object, ...]]:
    with connected():
        return rows("SELECT scan_mode, EXISTS (SELECT FROM collecting_pause WHERE until IS NULL) FROM account")


def test_a_listener_chooses_what_is_collected(page: TestClient) -> None:
    seed.change("UPDATE account SET scopes = 'user-read-recently-played'")
    text = read(page.get("/account/spotify"))
    assert "What Insight collects What Insight collects What Spotify remembers: your last 50 plays" in text
    assert "Spotify has not yet allowed" not in text
    answer = page.post("/account/scan-mode", data={"mode": "hybrid"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/spotify#scan-mode")
    assert scanning(page) == [("hybrid", False)]
    answer = page.get("/account/spotify")
    assert "Spotify has not yet allowed Insight to see what plays now." in read(answer)
    assert "Allow it on Spotify" in words(answer.text)
    seed.change("UPDATE account SET scopes = 'user-read-recently-played user-read-currently-playing'")
    assert "Spotify has not yet allowed" not in read(page.get("/account/spotify"))
    assert "`mode` must be one of recent, hybrid, live." in refusal(page.post("/account/scan-mode", data={"mode": "x"}))


def test_a_listener_sees_that_live_collecting_is_interrupted(page: TestClient, alice: int) -> None:
    seed.change("UPDATE account SET scan_mode = 'live', scopes = ''")
    seed.insert("live_watch", account_id=alice, next_at="2026-11-21 09:00Z", problem="Spotify accepts no more calls")
    text = read(page.get("/account/spotify"))
    assert "Insight cannot see what plays now. It tries again by itself, next on 21 Nov 2026." in text


def test_a_listener_pauses_and_resumes_collecting(page: TestClient) -> None:
    answer = page.post("/account/collecting", data={"collecting": "paused"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/spotify#collecting")
    assert scanning(page) == [("recent", True)]
    assert "Insight has collected nothing since 20 Nov 2026. Resume collecting" in read(page.get("/account/spotify"))
    page.post("/account/collecting", data={"collecting": "on"})
    assert scanning(page) == [("recent", False)]
    assert "Pause collecting" in read(page.get("/account/spotify"))
