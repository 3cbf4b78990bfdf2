"""/connect and /connect/callback."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from db.accounts import AccountError
from db.connection import DatabaseUnreachable
from db.tokens import Cipher
from spotify.errors import NotAvailable, OurMistake, Reconnect, TryLater
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.contract import problem
from web.connect import Consent
from web.services import Services

SPOTIFY = "https://accounts.spotify.com/authorize?state=the-state"
NONE_BEGUN = "No consent was begun in this browser within the last ten minutes: begin on the page /."


@dataclass(frozen=True)
class Begun:
    url: str = SPOTIFY
    state: str = "the-state"
    verifier: str = "the-verifier"


@dataclass
class Spotify:
    """Stands where the one who speaks to Spotify stands: agrees, or fails as it is told to."""

    failure: Exception | None = None
    begun: list[str] = field(default_factory=list)
    finished: list[tuple[str, str, str, str]] = field(default_factory=list)

    def start(self, username: str) -> Begun:
        self.begun.append(username)
        return Begun()

    def finish(self, username: str, callback_query: str, state: str, verifier: str) -> str:
        self.finished.append((username, callback_query, state, verifier))
        if self.failure:
            raise self.failure
        return f"{username} is connected to Spotify as <Alice>."


def consent(spotify: Spotify | None = None, redirect_uri: str = "http://127.0.0.1/connect/callback") -> Consent:
    return Consent(spotify or Spotify(), Cipher("k" * 32), redirect_uri)


@pytest.fixture
def spotify() -> Spotify:
    return Spotify()


@pytest.fixture
def client(database_url: str, spotify: Spotify) -> Iterator[TestClient]:
    seed.account()
    with service_client(Services(VERSION, lambda: NOW, consent(spotify))) as client:
        yield client


def test_connecting_goes_to_spotify_and_back(client: TestClient, spotify: Spotify) -> None:
    begun = client.get("/connect?username=alice")
    assert (begun.status_code, begun.headers["location"], begun.headers["cache-control"]) == (302, SPOTIFY, "no-store")

    done = client.get("/connect/callback?code=abc&state=the-state")

    assert (done.status_code, done.headers["cache-control"]) == (200, "no-store")
    assert "alice is connected to Spotify as &lt;Alice&gt;." in done.text
    assert "May 2027" in done.text  # six months on
    assert spotify.begun == ["alice"]
    assert spotify.finished == [("alice", "code=abc&state=the-state", "the-state", "the-verifier")]


def test_the_cookie_is_sealed_and_goes_nowhere_else(client: TestClient) -> None:
    cookie = client.get("/connect?username=alice").headers["set-cookie"]
    value, *attributes = cookie.split("; ")
    assert sorted(attributes) == ["HttpOnly", "Max-Age=600", "Path=/connect", "SameSite=lax"]
    assert not [secret for secret in ("the-state", "the-verifier", "alice") if secret in value]


def test_over_https_the_cookie_is_for_https_only(database_url: str) -> None:
    seed.account()
    services = Services(VERSION, lambda: NOW, consent(redirect_uri="https://music.example/connect/callback"))
    with service_client(services, "music.example") as client:
        answer = client.get("/connect?username=alice", headers={"Host": "music.example"})
    assert "Secure" in answer.headers["set-cookie"].split("; ")


def test_a_consent_is_good_for_one_attempt(client: TestClient, spotify: Spotify) -> None:
    client.get("/connect?username=alice")
    client.get("/connect/callback?code=abc&state=the-state")
    again = client.get("/connect/callback?code=abc&state=the-state")
    assert (again.status_code, again.json()["detail"], len(spotify.finished)) == (400, NONE_BEGUN, 1)


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
def test_what_goes_wrong_is_said_and_ends_the_attempt(
    client: TestClient, spotify: Spotify, failure: Exception, status: int, title: str
) -> None:
    spotify.failure = failure
    client.get("/connect?username=alice")
    answer = client.get("/connect/callback?code=abc&state=the-state")
    assert answer.json() == problem(status, title, str(failure), "/connect/callback")
    assert answer.headers.get("retry-after") == ("5" if status == 503 else None)
    assert client.get("/connect/callback?code=abc&state=the-state").json()["detail"] == NONE_BEGUN


@pytest.mark.parametrize("query", ["", "?code=abc&state=the-state", "?error=access_denied&state=the-state"])
def test_a_callback_out_of_nowhere_is_refused(client: TestClient, spotify: Spotify, query: str) -> None:
    answer = client.get(f"/connect/callback{query}")
    expected = problem(400, "Bad Request", NONE_BEGUN, "/connect/callback")
    assert (answer.status_code, answer.json(), spotify.finished) == (400, expected, [])


@pytest.mark.parametrize("change", ["x{}", "{}x", "{:.40}", "", "é", "gAAAAA"])
def test_a_cookie_that_was_altered_is_refused(client: TestClient, spotify: Spotify, change: str) -> None:
    sealed = client.get("/connect?username=alice").cookies["connecting"]
    client.cookies.clear()
    header = f"connecting={change.format(sealed)}".encode("latin-1")
    answer = client.get("/connect/callback?code=abc", headers={b"Cookie": header})
    assert (answer.status_code, answer.json()["detail"], spotify.finished) == (400, NONE_BEGUN, [])


def test_a_cookie_older_than_ten_minutes_is_refused(client: TestClient, spotify: Spotify) -> None:
    # Sealed by hand at a time long past, with the same key.
    old = Cipher("k" * 32)._fernet.encrypt_at_time(
        b'["alice","s","v"]', int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    )
    answer = client.get("/connect/callback?code=abc&state=s", headers={"Cookie": f"connecting={old.decode()}"})
    assert (answer.status_code, answer.json()["detail"], spotify.finished) == (400, NONE_BEGUN, [])


def test_under_another_name_the_browser_is_first_sent_to_the_one_spotify_knows(
    client: TestClient, spotify: Spotify
) -> None:
    answer = client.get("/connect?username=alice", headers={"Host": "localhost"})
    assert (answer.status_code, answer.headers["location"]) == (302, "http://127.0.0.1/connect?username=alice")
    assert ("set-cookie" in answer.headers, spotify.begun) == (False, [])


@pytest.mark.parametrize(
    ("redirect_uri", "host"),
    [
        ("http://127.0.0.1:8000/connect/callback", "127.0.0.1:8123"),  # cookies know no ports
        ("http://[::1]:8000/connect/callback", "[::1]:8000"),
        ("https://music.example/connect/callback", "127.0.0.1:8000"),  # behind a proxy that asks under its own name
    ],
)
def test_where_the_cookie_would_come_back_the_browser_goes_on_to_spotify(
    database_url: str, redirect_uri: str, host: str
) -> None:
    seed.account()
    with service_client(Services(VERSION, lambda: NOW, consent(redirect_uri=redirect_uri))) as client:
        assert client.get("/connect?username=alice", headers={"Host": host}).headers["location"] == SPOTIFY


def test_an_account_that_is_not_there_cannot_be_connected(client: TestClient) -> None:
    answer = client.get("/connect?username=mallory")
    detail = "There is no account 'mallory' that you may read; /users lists all you may."
    assert (answer.status_code, answer.json()) == (404, problem(404, "Not Found", detail, "/connect"))


@pytest.mark.parametrize(
    "query", ["", "?username=", "?username=a%00", "?username=//evil.example", "?username=a%0d%0ab"]
)
def test_a_name_no_account_can_have_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/connect{query}")
    detail = "`username` takes the name of an account; /users lists all there are."
    expected = problem(400, "Bad Request", detail, "/connect", parameter="username")
    assert (answer.status_code, answer.json()) == (400, expected)


@pytest.mark.parametrize("query", ["username=alice&next=/", "username=alice&username=bob"])
def test_unknown_and_repeated_parameters_are_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/connect?{query}")
    assert (answer.status_code, "set-cookie" in answer.headers) == (400, False)


@pytest.mark.parametrize("path", ["/connect?username=alice", "/connect/callback?code=abc"])
def test_without_an_app_both_say_what_is_missing(database_url: str, path: str) -> None:
    seed.account()
    with service_client(Services(VERSION, lambda: NOW, why_not_connect="CLIENT_ID is not set: …")) as client:
        answer = client.get(path)
    expected = problem(503, "Service Unavailable", "CLIENT_ID is not set: …", path.partition("?")[0])
    assert (answer.status_code, answer.json()) == (503, expected)
