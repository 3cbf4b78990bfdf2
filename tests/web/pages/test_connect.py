"""/connect leads to Spotify, and /connect/callback connects the account."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest
from starlette.testclient import TestClient

from advice import public_command
from connect.connecting import Connecting
from db.engine.cipher import Cipher
from db.engine.connection import DatabaseUnreachable
from db.people.accounts import AccountError
from music import Listener
from spotify.errors import NotAvailable, OurMistake, Reconnect, TryLater
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.contract import problem
from tests.web.reading import content, links, words
from tests.web.visitors.visiting import signed_in, with_token
from web.http.consent_flow import Consent
from web.http.services import Services
from web.service import web_service

MUSIC = "https://music.example/connect/callback"
SPOTIFY = "https://accounts.spotify.com/authorize?state=the-state"
NO_SIGN_IN_STARTED = (
    "No sign-in was started in this browser within the last ten minutes: start again from the home page, /."
)
NOT_YOURS = (
    "You can't connect this account from here. Sign in as its listener at /sign-in, or open a valid invitation. To "
    "connect it for the first time, open http://127.0.0.1 on the machine that runs this service, or the link in its "
    f"container's log. `{public_command('cli.py', 'connect USERNAME')}` works everywhere."
)


@dataclass(frozen=True)
class Begun:
    url: str = SPOTIFY
    state: str = "the-state"
    verifier: str = "the-verifier"


@dataclass
class Spotify:
    """Takes the place of `Connecting`: connects every account, or fails with `failure`."""

    failure: Exception | None = None
    begun: list[str] = field(default_factory=list)
    finished: list[tuple[str, str, str, str]] = field(default_factory=list)

    def start(self, username: str) -> Begun:
        self.begun.append(username)
        return Begun()

    def start_playlist(self, username: str) -> Begun:
        return self.start(username)

    def start_library(self, username: str) -> Begun:
        return self.start(username)

    def start_sign_in(self, username: str) -> Begun:
        raise AssertionError(f"Nobody signs in here, nor does {username}.")

    def identify(self, username: str, *_: str) -> Listener:
        raise AssertionError(f"Nobody signs in here, nor does {username}.")

    def finish_playlist(self, username: str, callback_query: str, state: str, verifier: str) -> str:
        return self.finish(username, callback_query, state, verifier)

    def finish(self, username: str, callback_query: str, state: str, verifier: str, _: str = "") -> str:
        self.finished.append((username, callback_query, state, verifier))
        if self.failure:
            raise self.failure
        return f"{username} is connected to Spotify as <Alice>."


def consent(spotify: Spotify | None = None, redirect_uri: str = "http://127.0.0.1/connect/callback") -> Consent:
    return Consent(cast("Connecting", spotify or Spotify()), Cipher("k" * 32), redirect_uri)


@pytest.fixture
def spotify() -> Spotify:
    return Spotify()


@pytest.fixture
def client(database_url: str, spotify: Spotify) -> Iterator[TestClient]:
    seed.account()
    with service_client(Services(VERSION, lambda: NOW, consent(spotify))) as client:
        yield client


def test_connecting_goes_to_spotify_and_back_and_signs_in(client: TestClient, spotify: Spotify) -> None:
    begun = client.get("/connect?username=alice")
    assert (begun.status_code, begun.headers["location"], begun.headers["cache-control"]) == (302, SPOTIFY, "no-store")

    done = client.get("/connect/callback?code=abc&state=the-state")

    assert (done.status_code, done.headers["location"]) == (303, "/connect/done")
    assert done.headers["cache-control"] == "no-store"
    assert spotify.begun == ["alice"]
    assert spotify.finished == [("alice", "code=abc&state=the-state", "the-state", "the-verifier")]
    assert "Signed in as alice" in words(client.get("/").text)


def test_connecting_for_another_listener_does_not_change_who_is_signed_in(client: TestClient) -> None:
    cookies = signed_in(seed.account("root", visibility="private"))
    client.cookies = cookies
    client.get("/connect?username=alice")
    done = client.get("/connect/callback?code=abc&state=the-state")
    assert (done.status_code, done.headers["cache-control"]) == (200, "no-store")
    assert "alice is connected to Spotify as &lt;Alice&gt;." in done.text
    assert "/history/alice" not in done.text  # this visitor may not read them
    assert client.cookies["session"] == cookies["session"]
    assert "Signed in as root" in words(client.get("/").text)


def test_the_cookie_is_encrypted_and_for_connect_only(client: TestClient) -> None:
    cookie = client.get("/connect?username=alice").headers["set-cookie"]
    value, *attributes = cookie.split("; ")
    assert sorted(attributes) == ["HttpOnly", "Max-Age=600", "Path=/connect", "SameSite=lax"]
    assert not [secret for secret in ("the-state", "the-verifier", "alice") if secret in value]


def test_over_https_the_cookies_are_for_https_only(database_url: str) -> None:
    cookies = signed_in(seed.account())
    services = Services(VERSION, lambda: NOW, consent(redirect_uri=MUSIC))
    with service_client(services, "music.example") as client:
        client.base_url, client.cookies = "https://music.example", cookies
        begun = client.get("/connect?username=alice").headers["set-cookie"]
        done = client.get("/connect/callback?code=abc&state=the-state").headers.get_list("set-cookie")
    assert ["Secure" in cookie.split("; ") for cookie in (begun, done[0])] == [True, True]
    assert sorted(done[0].split("; ")[1:]) == ["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=lax", "Secure"]


def test_a_callback_works_only_once(client: TestClient, spotify: Spotify) -> None:
    client.get("/connect?username=alice")
    client.get("/connect/callback?code=abc&state=the-state")
    again = client.get("/connect/callback?code=abc&state=the-state")
    assert (again.status_code, again.json()["detail"], len(spotify.finished)) == (400, NO_SIGN_IN_STARTED, 1)


@pytest.mark.parametrize(
    ("failure", "status", "title"),
    [
        (Reconnect("Consent was refused on Spotify's page."), 400, "Bad Request"),
        (OurMistake("This is not the answer to the link just given."), 400, "Bad Request"),
        (NotAvailable("The listener is not on the app's allowlist."), 403, "Forbidden"),
        (AccountError("'alice' belongs to another Spotify account."), 409, "Conflict"),
        (TryLater("Spotify does not answer now."), 503, "Service Unavailable"),
        (DatabaseUnreachable("The database cannot be reached now."), 503, "Service Unavailable"),
    ],
)
def test_a_failure_is_reported_and_ends_the_attempt(
    client: TestClient, spotify: Spotify, failure: Exception, status: int, title: str
) -> None:
    spotify.failure = failure
    client.get("/connect?username=alice")
    answer = client.get("/connect/callback?code=abc&state=the-state")
    assert answer.json() == problem(status, title, str(failure), "/connect/callback")
    assert answer.headers.get("retry-after") == ("5" if status == 503 else None)
    assert client.get("/connect/callback?code=abc&state=the-state").json()["detail"] == NO_SIGN_IN_STARTED


def test_a_browser_is_refused_with_a_page(client: TestClient, spotify: Spotify) -> None:
    client.event_hooks = {}  # the OpenAPI document describes only what programs get
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    spotify.failure = TryLater("Spotify <says> no; try again in a while.")
    client.get("/connect?username=alice")
    answer = client.get("/connect/callback?code=abc&state=the-state", headers=browser)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert (answer.headers["retry-after"], answer.headers["cache-control"]) == ("5", "no-store")
    assert "503 Service Unavailable Not available right now. Spotify &lt;says&gt; no; try again in a while." in words(
        answer.text
    )
    assert (links(content(answer.text)), "connecting" in client.cookies) == (["/", "/sign-in"], False)
    for path, status in (("/connect?username=bob", 403), ("/connect", 400), ("/sign-in?next=//evil.example", 400)):
        answer = client.get(path, headers=browser)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


@pytest.mark.parametrize("query", ["", "?code=abc&state=the-state", "?error=access_denied&state=the-state"])
def test_a_callback_without_a_started_sign_in_is_refused(client: TestClient, spotify: Spotify, query: str) -> None:
    answer = client.get(f"/connect/callback{query}")
    expected = problem(400, "Bad Request", NO_SIGN_IN_STARTED, "/connect/callback")
    assert (answer.status_code, answer.json(), spotify.finished) == (400, expected, [])


@pytest.mark.parametrize("change", ["x{}", "{}x", "{:.40}", "", "é", "gAAAAA"])
def test_an_altered_cookie_is_refused(client: TestClient, spotify: Spotify, change: str) -> None:
    sealed = client.get("/connect?username=alice").cookies["connecting"]
    client.cookies.clear()
    header = f"connecting={change.format(sealed)}".encode("latin-1")
    answer = client.get("/connect/callback?code=abc", headers={b"Cookie": header})
    assert (answer.status_code, answer.json()["detail"], spotify.finished) == (400, NO_SIGN_IN_STARTED, [])


def test_a_cookie_older_than_ten_minutes_is_refused(
    client: TestClient, spotify: Spotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        began = time.time() - 601
        earlier.setattr("cryptography.fernet.time.time", lambda: began)
        client.get("/connect?username=alice")
    answer = client.get("/connect/callback?code=abc&state=the-state")
    assert (answer.status_code, answer.json()["detail"], spotify.finished) == (400, NO_SIGN_IN_STARTED, [])


def test_values_encrypted_for_another_purpose_are_refused_as_cookies(client: TestClient, spotify: Spotify) -> None:
    for other in (b'["alice","s","v"]', b'[1, 2, ["read"]]', b"BQDspotify-access-token", b""):
        sealed = Cipher("k" * 32).seal(other).decode()
        answer = client.get("/connect/callback?code=abc&state=s", headers={"Cookie": f"connecting={sealed}"})
        assert (answer.status_code, answer.json()["detail"], spotify.finished) == (400, NO_SIGN_IN_STARTED, [])


def test_the_cookie_is_not_accepted_as_a_token(database_url: str) -> None:
    seed.account()
    services = Services(VERSION, lambda: NOW, consent(), sealer=Cipher("k" * 32))
    with service_client(services) as client:
        sealed = client.get("/connect?username=alice").cookies["connecting"]
        answer = client.get("/totals/alice", headers={"Authorization": f"Bearer exchanged_{sealed}"})
    assert answer.status_code == 401


def test_under_another_host_name_the_browser_is_first_sent_to_the_one_spotify_knows(
    client: TestClient, spotify: Spotify
) -> None:
    answer = client.get("/connect?username=alice", headers={"Host": "localhost"})
    assert (answer.status_code, answer.headers["location"]) == (302, "http://127.0.0.1/connect?username=alice")
    assert ("set-cookie" in answer.headers, spotify.begun) == (False, [])


@pytest.mark.parametrize(
    ("redirect_uri", "host"),
    [
        ("http://127.0.0.1:8000/connect/callback", "127.0.0.1:8123"),  # cookies do not depend on ports
        ("http://[::1]:8000/connect/callback", "[::1]:8000"),
    ],
)
def test_if_the_callback_will_get_the_cookie_the_browser_goes_to_spotify(
    database_url: str, redirect_uri: str, host: str
) -> None:
    seed.account()
    with service_client(Services(VERSION, lambda: NOW, consent(redirect_uri=redirect_uri))) as client:
        assert client.get("/connect?username=alice", headers={"Host": host}).headers["location"] == SPOTIFY


@pytest.mark.parametrize("path", ["/connect?username=alice", "/sign-in/spotify"])
@pytest.mark.parametrize(
    ("redirect_uri", "detail"),
    [
        (
            "https://music.example/connect/callback",
            "Spotify would send you back to https://music.example, but you are at another address: start there, or set "
            "REDIRECT_URI to the address at which you open this service, here and in Spotify's dashboard.",
        ),
        (
            "http://127.0.0.1:8000/callback",
            "Spotify would send you back to /callback, which cannot finish it: REDIRECT_URI must end in "
            "/connect/callback, here and in the app's settings in Spotify's dashboard.",
        ),
    ],
)
def test_a_redirect_uri_that_leads_elsewhere_is_reported_before_going_to_spotify(
    database_url: str, path: str, redirect_uri: str, detail: str
) -> None:
    seed.account()
    with service_client(Services(VERSION, lambda: NOW, consent(redirect_uri=redirect_uri))) as client:
        answer = client.get(path)
    expected = problem(409, "Conflict", detail, path.partition("?")[0])
    assert (answer.status_code, answer.json(), "set-cookie" in answer.headers) == (409, expected, False)


def test_an_unknown_account_is_refused_like_one_of_another_listener(client: TestClient, spotify: Spotify) -> None:
    seed.account("bob", spotify_account_id="of-bob")
    expected = (403, problem(403, "Forbidden", NOT_YOURS, "/connect"))
    for username in ("bob", "mallory"):
        answer = client.get(f"/connect?username={username}")
        assert (answer.status_code, answer.json()) == expected
    assert spotify.begun == []


def test_the_first_connection_is_not_possible_through_a_proxy(client: TestClient, spotify: Spotify) -> None:
    for header in ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"):
        answer = client.get("/connect?username=alice", headers={header: "127.0.0.1"})
        assert (answer.status_code, answer.json()["detail"]) == (403, NOT_YOURS)
    assert spotify.begun == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_page_connects_nobody_for_the_first_time(client: TestClient, spotify: Spotify, site: str) -> None:
    answer = client.get("/connect?username=alice", headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, answer.json()["detail"], spotify.begun) == (403, NOT_YOURS, [])
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_page_and_the_address_bar_connect_for_the_first_time(
    client: TestClient, spotify: Spotify, site: str
) -> None:
    assert client.get("/connect?username=alice", headers={"Sec-Fetch-Site": site}).headers["location"] == SPOTIFY
    assert spotify.begun == ["alice"]


@pytest.mark.parametrize("site", ["same-origin", "cross-site"])
def test_a_page_under_another_host_name_leads_to_the_home_page(client: TestClient, spotify: Spotify, site: str) -> None:
    answer = client.get("/connect?username=alice", headers={"Host": "localhost", "Sec-Fetch-Site": site})
    assert (answer.status_code, answer.headers["location"], spotify.begun) == (302, "http://127.0.0.1/", [])
    assert "/connect?username=alice" in client.get("/").text


@pytest.mark.parametrize(
    ("address", "redirect_uri", "status"),
    [
        ("127.0.0.1", "http://127.0.0.1/connect/callback", 302),
        ("::1", "http://127.0.0.1/connect/callback", 302),
        ("192.0.2.7", "http://127.0.0.1/connect/callback", 403),
        ("2001:db8::7", "http://127.0.0.1/connect/callback", 403),
        ("127.0.0.1", "https://music.example/connect/callback", 403),  # perhaps through a proxy on this machine
    ],
)
def test_a_visitor_on_this_machine_is_recognised_by_address_and_redirect_uri(
    database_url: str, address: str, redirect_uri: str, status: int
) -> None:
    seed.account(visibility="private")
    service = web_service(Services(VERSION, lambda: NOW, consent(redirect_uri=redirect_uri)), ["music.example"])
    host = redirect_uri.split("/")[2]
    with TestClient(service, f"http://{host}", client=(address, 4711), follow_redirects=False) as client:
        assert client.get("/connect?username=alice").status_code == status
        assert ("/connect?username=alice" in client.get("/").text) == (status == 302)


def test_a_disabled_account_is_not_connected_from_this_machine(client: TestClient) -> None:
    seed.change("UPDATE account SET disabled_at = now()")
    assert client.get("/connect?username=alice").status_code == 403


@pytest.mark.parametrize("ending", ["UPDATE account SET disabled_at = now()", "DELETE FROM account"])
def test_an_account_disabled_or_deleted_meanwhile_is_not_connected(
    client: TestClient, spotify: Spotify, ending: str
) -> None:
    client.get("/connect?username=alice")
    seed.change(ending)
    answer = client.get("/connect/callback?code=abc&state=the-state")
    assert (answer.status_code, answer.json()["detail"], spotify.finished) == (403, NOT_YOURS, [])


def test_a_listener_renews_the_consent_from_anywhere(database_url: str) -> None:
    alice = seed.account(visibility="private", spotify_account_id="of-alice", refresh_token="sealed")
    bob = seed.account("bob", visibility="private", spotify_account_id="of-bob")
    service = web_service(Services(VERSION, lambda: NOW, consent(redirect_uri=MUSIC)), ["music.example"])
    with TestClient(service, "https://music.example", client=("192.0.2.7", 1), follow_redirects=False) as client:
        client.cookies = signed_in(alice)
        assert client.get("/connect?username=alice").headers["location"] == SPOTIFY
        client.cookies = signed_in(bob)
        answer = client.get("/connect?username=alice")
        assert (answer.status_code, answer.json()["detail"]) == (403, NOT_YOURS)
        client.cookies = {}
        assert client.get("/connect?username=alice", headers=with_token(alice)).status_code == 403


def test_under_a_base_path_cookies_and_redirects_are_below_it(database_url: str, spotify: Spotify) -> None:
    seed.account()
    below = consent(spotify, "http://127.0.0.1/insight/connect/callback")
    with service_client(Services(VERSION, lambda: NOW, below, base_path="/insight")) as client:
        begun = client.get("/insight/connect?username=alice")
        assert "Path=/insight/connect" in begun.headers["set-cookie"].split("; ")
        done = client.get("/insight/connect/callback?code=abc&state=the-state")
        assert (done.status_code, done.headers["location"]) == (303, "/insight/connect/done")
        session, forgotten = done.headers.get_list("set-cookie")
        assert ("Path=/insight" in session.split("; "), "Path=/insight/connect" in forgotten.split("; ")) == (
            True,
            True,
        )
        page = client.get("/insight/connect/done")
        assert {link.split("/")[1] for link in links(page.text)} == {"insight"}
        assert {link.split("/")[1] for link in links(client.get("/insight/").text)} == {"insight"}
        elsewhere = client.get("/insight/sign-in/spotify", headers={"Host": "localhost"})
        assert elsewhere.headers["location"] == "http://127.0.0.1/insight/sign-in/spotify"


def test_too_many_attempts_have_to_wait(client: TestClient) -> None:
    answers = [client.get("/connect?username=mallory") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [403] * 20 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


@pytest.mark.parametrize(
    "query", ["", "?username=", "?username=a%00", "?username=//evil.example", "?username=a%0d%0ab"]
)
def test_an_impossible_username_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/connect{query}")
    detail = "`username` must be the name of an account; /users lists them all."
    expected = problem(400, "Bad Request", detail, "/connect", parameter="username")
    assert (answer.status_code, answer.json()) == (400, expected)


@pytest.mark.parametrize("query", ["username=alice&unknown=/", "username=alice&username=bob"])
def test_unknown_and_repeated_parameters_are_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/connect?{query}")
    assert (answer.status_code, "set-cookie" in answer.headers) == (400, False)


@pytest.mark.parametrize("path", ["/connect?username=alice", "/connect/callback?code=abc"])
def test_without_an_app_both_addresses_say_what_is_missing(database_url: str, path: str) -> None:
    seed.account()
    with service_client(Services(VERSION, lambda: NOW, why_not_connect="CLIENT_ID is not set: …")) as client:
        answer = client.get(path)
    expected = problem(503, "Service Unavailable", "CLIENT_ID is not set: …", path.partition("?")[0])
    assert (answer.status_code, answer.json()) == (503, expected)
