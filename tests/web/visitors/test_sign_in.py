"""Visitors sign in with Spotify and out again, and no forgery signs anybody in."""

import random
from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from starlette.testclient import TestClient

from advice import public_command
from db.people.secrets import SESSION, new_secret
from tests.suite.random_cases import repetitions
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.contract import problem
from tests.web.pages.spotify_browser import Browser, spotify_browser
from tests.web.reading import content, links, words
from tests.web.visitors.visiting import by_our_page
from web.http.services import Services

SIGNING_IN = public_command("cli.py", "sign-in USERNAME")

UNKNOWN = (
    "No account here belongs to the Spotify account that you are signed in to. Sign in to Spotify with another one, or "
    "ask the person who runs this service for an invitation."
)
FORGERIES = repetitions()  # many more for `make nightly`


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    for name in ("alice", "bob"):
        seed.account(name, visibility="private", spotify_account_id=f"account-of-{name}")
    with spotify_browser("alice", "bob", "mallory") as browser:
        yield browser


def is_signed_in(client: TestClient, username: str = "alice") -> bool:
    return client.get(f"/totals/{username}").status_code == 200


def test_the_sign_in_page_has_one_button(browser: Browser) -> None:
    page = browser.client.get("/sign-in")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert links(content(page.text)) == ["/sign-in/spotify"]
    page = browser.client.get("/sign-in?username=alice&next=/history/alice%3Fa%3D1%26b")
    assert links(content(page.text))[0] == "/sign-in/spotify?username=alice&amp;next=%2Fhistory%2Falice%3Fa%3D1%26b"
    assert "through the Spotify app that alice uses" in words(page.text)


def test_whoever_is_signed_in_already_is_led_on(browser: Browser) -> None:
    browser.sign_in("alice")
    for query, to in (("", "/"), ("?next=/history/alice", "/history/alice"), ("?username=alice", "/")):
        answer = browser.client.get(f"/sign-in{query}")
        assert (answer.status_code, answer.headers["location"]) == (303, to)
    assert browser.client.get("/sign-in?username=bob").status_code == 200


def test_nothing_is_asked_of_spotify_but_who_it_is(browser: Browser) -> None:
    begun = browser.client.get("/sign-in/spotify")
    query = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    assert (begun.status_code, begun.headers["cache-control"]) == (302, "no-store")
    assert query.pop("state")
    assert query.pop("code_challenge")
    assert query == {
        "response_type": "code",
        "client_id": "fake-client",
        "redirect_uri": "http://127.0.0.1:8000/connect/callback",
        "show_dialog": "false",
        "code_challenge_method": "S256",
    }


def test_a_signed_in_listener_reads_only_their_own_account(browser: Browser) -> None:
    assert not is_signed_in(browser.client)
    answer = browser.go("/sign-in/spotify", "alice")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["cache-control"] == "no-store"
    cookie = SimpleCookie(answer.headers.get_list("set-cookie")[0])["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "lax", "/", "2592000")
    assert (is_signed_in(browser.client), is_signed_in(browser.client, "bob")) == (True, False)


def test_signing_in_leads_to_the_requested_page(browser: Browser) -> None:
    answer = browser.go(f"/sign-in/spotify?next={quote('/history/alice?limit=1')}", "alice")
    assert (answer.status_code, answer.headers["location"]) == (303, "/history/alice?limit=1")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "/\n/evil.example", "evil.example", "/a\\..\\b", "javascript:alert(1)", " /history", "/ü", "/" + "a" * 501,
        "/a\r\nSet-Cookie: session=x", "/\0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/spotify"])
def test_signing_in_leads_to_no_other_site(browser: Browser, path: str, target: str) -> None:
    answer = browser.client.get(f"{path}?next={quote(target, safe='')}")
    detail = "`next` must be a path of this service, such as /history/alice."
    expected = problem(400, "Bad Request", detail, path, parameter="next")
    assert (answer.status_code, answer.json()) == (400, expected)


def test_a_visitor_without_an_account_sees_how_to_get_one(browser: Browser) -> None:
    seed.change("UPDATE account SET disabled_at = now() WHERE username = 'bob'")
    expected = problem(403, "Forbidden", UNKNOWN, "/connect/callback")
    for listener in ("mallory", "bob"):
        answer = browser.go("/sign-in/spotify", listener)
        assert (answer.status_code, answer.json()) == (403, expected)
        assert "session" not in browser.client.cookies


def test_an_unknown_username_leads_to_spotify_like_a_known_one(browser: Browser) -> None:
    def request_to_spotify(username: str) -> dict[str, list[str]]:
        query = parse_qs(
            urlsplit(browser.client.get(f"/sign-in/spotify?username={username}").headers["location"]).query
        )
        return {name: values for name, values in query.items() if name not in {"state", "code_challenge"}}

    assert request_to_spotify("alice") == request_to_spotify("nobody")
    assert browser.go("/sign-in/spotify?username=nobody", "alice").status_code == 303  # only Spotify's answer matters


def test_every_sign_in_has_a_new_secret_and_ends_the_previous_session(browser: Browser) -> None:
    first = browser.sign_in("alice")
    second = browser.sign_in("alice")
    assert first != second
    assert is_signed_in(browser.client)
    browser.client.cookies = {"session": first}
    assert not is_signed_in(browser.client)


def test_a_session_planted_before_signing_in_is_worthless_afterwards(browser: Browser) -> None:
    planted = browser.sign_in("bob")
    browser.sign_in("alice")
    browser.client.cookies = {"session": planted}
    assert (is_signed_in(browser.client), is_signed_in(browser.client, "bob")) == (False, False)


def test_signing_out_ends_this_browser_only(browser: Browser) -> None:
    other_session = browser.sign_in("alice")
    browser.client.cookies = {}
    this = browser.sign_in("alice")
    answer = browser.client.post("/sign-out", headers=by_our_page({"session": this}))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "session" not in browser.client.cookies
    for secret, is_valid in ((this, False), (other_session, True)):
        browser.client.cookies = {"session": secret}
        assert is_signed_in(browser.client) is is_valid


def test_signing_out_everywhere_ends_every_browser_of_the_listener(browser: Browser) -> None:
    secrets = []
    for listener in ("alice", "alice", "bob"):
        browser.client.cookies = {}
        secrets.append(browser.sign_in(listener))
    browser.client.cookies = {"session": secrets[0]}
    answer = browser.client.post("/sign-out-everywhere", headers=by_our_page({"session": secrets[0]}))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    for secret in secrets[:2]:
        browser.client.cookies = {"session": secret}
        assert not is_signed_in(browser.client)
    browser.client.cookies = {"session": secrets[2]}
    assert is_signed_in(browser.client, "bob")


def test_a_foreign_page_signs_nobody_out(browser: Browser) -> None:
    secret = browser.sign_in("alice")
    for path in ("/sign-out", "/sign-out-everywhere"):
        answer = browser.client.post(
            path, headers=by_our_page({"session": secret}) | {"Origin": "https://evil.example"}
        )
        assert answer.status_code == 403
    assert is_signed_in(browser.client)


def test_signing_out_without_a_session_leads_to_the_start_page_too(browser: Browser) -> None:
    assert browser.client.post("/sign-out").headers["location"] == "/"
    assert browser.client.post("/sign-out-everywhere").headers["location"] == "/"


def test_signing_in_and_out_is_in_the_audit_log(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    secret = browser.sign_in("alice")
    browser.client.post("/sign-out", headers=by_our_page({"session": secret}))
    lines = [record.message for record in caplog.records if record.name == "insight.audit"]
    assert ['"event": "signed-in", "username": "alice"' in lines[0], '"event": "signed-out"' in lines[1]] == [True] * 2
    assert [line for line in lines if secret in line] == []


def test_an_answer_of_spotify_is_valid_once(browser: Browser) -> None:
    begun = browser.client.get("/sign-in/spotify")
    sealed = browser.client.cookies["connecting"]
    callback = browser.callback(begun, "alice")
    assert browser.client.get(callback).status_code == 303
    browser.client.cookies = {"connecting": sealed}  # an attacker replays both
    again = browser.client.get(callback)
    assert again.status_code == 400
    assert ("session" in browser.client.cookies, "used" in again.json()["detail"]) == (False, True)


def test_an_answer_to_another_browser_is_refused(browser: Browser) -> None:
    of_mallory = browser.callback(browser.client.get("/sign-in/spotify"), "mallory")
    browser.client.cookies = {}
    browser.client.get("/sign-in/spotify")  # the victim's own attempt
    answer = browser.client.get(of_mallory)
    assert (answer.status_code, "session" in browser.client.cookies) == (400, False)


def test_connecting_with_another_spotify_account_signs_nobody_in(browser: Browser) -> None:
    seed.account("carol")
    answer = browser.go("/connect?username=carol", "alice")
    assert (answer.status_code, "session" in browser.client.cookies) == (409, False)


def test_forged_states_sign_nobody_in(browser: Browser) -> None:
    dice = random.Random(5)
    for _ in range(FORGERIES):
        browser.forget_limits()
        browser.client.cookies = {}
        begun = browser.client.get("/sign-in/spotify")
        path, _, query = browser.callback(begun, "alice").partition("?")
        sent = {name: values[0] for name, values in parse_qs(query).items()}
        state = dice.choice([altered(sent["state"], dice), "", sent["state"][:-1], sent["state"] + "A", "é", "\0"])
        answer = browser.client.get(f"{path}?code={sent['code']}&state={quote(state)}")
        assert (answer.status_code, "session" in browser.client.cookies) == (400, False), state


def test_forged_cookies_of_an_attempt_sign_nobody_in(browser: Browser) -> None:
    dice = random.Random(6)
    for _ in range(FORGERIES):
        browser.forget_limits()
        browser.client.cookies = {}
        begun = browser.client.get("/sign-in/spotify")
        sealed = browser.client.cookies["connecting"]
        browser.client.cookies = {"connecting": altered(sealed, dice)}
        answer = browser.client.get(browser.callback(begun, "alice"))
        assert (answer.status_code, "session" in browser.client.cookies) == (400, False)


def test_forged_sessions_are_anonymous(browser: Browser) -> None:
    dice, secret = random.Random(7), browser.sign_in("alice")
    browser.client.cookies = {}
    for _ in range(FORGERIES):
        forged = dice.choice([
            altered(secret, dice), secret[:-1], secret + "A", new_secret(SESSION, 1).text, new_secret(SESSION, 2).text,
            secret.replace("session_1_", "session_2_"), secret.replace("session_", "insight_"), "session_1_",
            secret.replace("_1_", "_01_"), secret.replace("_1_", "_\u0661_"), f"session_{'9' * 30}_{'x' * 43}",
            "x" * 5000, secret.upper(), f'"{secret}x"',
        ])  # fmt: skip
        answer = browser.client.get("/totals/alice", headers={b"Cookie": f"session={forged}".encode()})
        assert answer.status_code == 404, forged
    assert browser.client.get("/totals/alice", headers={"Cookie": f"session={secret}"}).status_code == 200


def altered(text: str, dice: random.Random) -> str:
    """The text with one random character changed."""
    place = dice.randrange(len(text))
    character = dice.choice([each for each in "AZaz09-_" if each != text[place]])
    return text[:place] + character + text[place + 1 :]


def test_too_many_attempts_have_to_wait(browser: Browser) -> None:
    answers = [browser.client.get("/sign-in/spotify") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


@pytest.mark.parametrize(
    ("path", "more"),
    [
        (
            "/sign-in",
            f" Without one, `{public_command('cli.py', 'sign-in USERNAME')}` prints a link that signs a browser in.",
        ),
        ("/sign-in/spotify", ""),
    ],
)
def test_without_an_app_both_addresses_say_what_is_missing(database_url: str, path: str, more: str) -> None:
    missing = "CLIENT_ID is not set: …"
    with service_client(Services(VERSION, lambda: NOW, why_not_connect=missing)) as client:
        answer = client.get(path)
    assert (answer.status_code, answer.json()) == (503, problem(503, "Service Unavailable", missing + more, path))


def test_under_another_host_name_the_browser_is_first_sent_to_the_one_spotify_knows(browser: Browser) -> None:
    answer = browser.client.get("/sign-in/spotify?next=/account", headers={"Host": "localhost"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (302, False)
    assert answer.headers["location"] == "http://127.0.0.1:8000/sign-in/spotify?next=%2Faccount"
