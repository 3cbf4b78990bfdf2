"""Whatever happens, no secret, IP address or name of a browser stays in the database, in logs or in answers."""

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import pytest
from httpx2 import Response

from collect.recent import collect_account
from db.engine.connection import connected, rows
from db.people.invitations import make_invitation
from people.accounts import account_named
from tests.collect.export_files import as_json, extended_row
from tests.doors.programs import run
from tests.fake import play
from tests.web import seed
from tests.web.pages.spotify_browser import Browser, spotify_browser
from tests.web.visitors.visiting import by_our_page

SECRET_KEY = "the-key-that-seals-everything-0123456789"
CLIENT_SECRET = "the-client-secret-of-an-app-of-alice"
LISTENER, VISITOR = "198.51.100.7", "203.0.113.9"
BROWSERS = ("ListenersPlayer/8.8", "VisitorsBrowser/7.7")
PRIVATE = {"ip_addr": LISTENER, "user_agent_decrypted": BROWSERS[0], "username": "alices-old-login"}
OURS = {
    "token": re.compile(r"insight_\d+_[\w-]{43}"),
    "link": re.compile(r"link_\d+_[\w-]{43}"),
    "exchanged": re.compile(r'"access_token":"([^"]+)"'),
}
# Each secret is shown once, in the answer of the address that makes it.
MADE_BY = {"token": "/account/tokens", "link": "/account/links", "exchanged": "/oauth/token"}
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"


@dataclass
class Day:
    """What was secret, and everything that was written where others could read it."""

    secrets: dict[str, str] = field(default_factory=dict)
    answers: list[tuple[str, str]] = field(default_factory=list)  # path, and all that came back
    logged: str = ""
    printed: str = ""

    def record(self, response: Response) -> None:
        response.read()
        # The session cookie and the redirect to Spotify are for this browser alone.
        headers = [
            f"{name}: {value}" for name, value in response.headers.items() if name not in {"set-cookie", "location"}
        ]
        self.answers.append((response.request.url.path, "\n".join([*headers, response.text])))

    def learn(self, name: str) -> str:
        """Note the secret in the last answer, and return it."""
        result = OURS[name].search(self.answers[-1][1])
        assert result is not None
        self.secrets[name] = result[result.re.groups]
        return self.secrets[name]


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    with spotify_browser("bob") as browser:
        browser.world.fake.add_listener("alice", [play(30, 1), play(20, 2)])
        state = browser.client.app.state  # type: ignore[attr-defined]
        state.services = replace(state.services, sealer=browser.world.spotify.cipher)
        browser.client.headers.update({"User-Agent": BROWSERS[1], "X-Forwarded-For": VISITOR})
        yield browser


@pytest.fixture
def day(browser: Browser, database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Day:
    day = Day({"session key": "k" * 32, "own key": SECRET_KEY, "client secret": CLIENT_SECRET})
    caplog.set_level(logging.WARNING, "httpx2")  # the log of the test's own client
    caplog.set_level(logging.DEBUG)
    browser.client.event_hooks["response"].append(day.record)
    alice = seed.account(visibility="private")
    connects(day, browser, alice)
    gives_keys(day, browser)
    sends_requests(day, browser)
    is_collected(day, browser)
    at_the_terminal(day, {"DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY}, tmp_path)
    day.logged = caplog.text
    return day


def connects(day: Day, browser: Browser, account_id: int) -> None:
    with connected():
        day.secrets["invitation"] = make_invitation(account_id).text
    begun = browser.client.get("/connect", params={"username": "alice", "invitation": day.secrets["invitation"]})
    assert browser.client.get(browser.callback(begun, "alice")).status_code == 303
    day.secrets["first session"] = browser.client.cookies["session"]
    browser.client.get("/connect/done")
    assert browser.client.post("/sign-out", headers=by_our_page(dict(browser.client.cookies))).status_code == 303
    day.secrets["session"] = browser.sign_in("alice")
    assert browser.go("/sign-in/spotify", "bob").status_code == 403  # who has no account here


def gives_keys(day: Day, browser: Browser) -> None:
    page = by_our_page({"session": day.secrets["session"]})
    browser.client.cookies.set("session", day.secrets["session"])
    browser.client.post("/account/tokens", data={"name": "radio", "days": "30", "read": "on"}, headers=page)
    token = day.learn("token")
    browser.client.post("/account/links", data={"days": "7"}, headers=page)
    day.learn("link")
    browser.client.cookies = {}
    form = {"grant_type": "client_credentials", "client_id": "1", "client_secret": token}
    browser.client.post("/oauth/token", data=form)
    day.learn("exchanged")


def sends_requests(day: Day, browser: Browser) -> None:
    """Valid requests, and invalid ones whose refusal could repeat a secret."""
    token, link = day.secrets["token"], day.secrets["link"]
    for headers in ({"Authorization": f"Bearer {token}"}, {"Authorization": f"Bearer {token}x"}, {}):
        for path in ("/history/alice", "/users", "/account", "/users/alice"):
            browser.client.get(path, headers=headers)
    for query in (f"share={link}", f"share={link}x", f"share={token}", f"limit={token}", f"{token}=1", f"tz={token}"):
        browser.client.get(f"/history/alice?{query}")
    for name, wrong in day.secrets.items():
        if name not in {"session key", "own key", "client secret"}:
            browser.client.post("/oauth/token", data={"grant_type": wrong, "client_id": "1", "client_secret": wrong})
            browser.client.get(f"/connect?username=alice&invitation={wrong}")
            browser.client.get(f"/connect/callback?code={wrong}&state={wrong}")


def is_collected(day: Day, browser: Browser) -> None:
    """With a token that is renewed, and after the listener has taken the consent back."""
    world = browser.world
    while not is_first_collected():
        time.sleep(0.05)
    for _ in range(2):
        world.clock.forward(hours=2)
        with connected():
            alice = account_named("alice")
        day.printed += str(collect_account(world.spotify, alice))
        accounts = world.fake.accounts
        for kind, texts in (("access", accounts.access), ("refresh", accounts.refresh), ("code", accounts.codes)):
            day.secrets |= {f"Spotify's {kind} {number}": text for number, text in enumerate(texts)}
        world.fake.revoke("alice")
    day.secrets["Spotify's client secret"] = world.fake.client_secret


def is_first_collected() -> bool:
    with connected():
        return rows("SELECT count(*) FROM collection_run WHERE outcome = 'collected'") == [(1,)]


def at_the_terminal(day: Day, env: dict[str, str], folder: Path) -> None:
    path = folder / "Streaming_History_Audio_2023.json"
    unreadable_row = {"ts": "never", **PRIVATE}
    path.write_bytes(as_json(*(extended_row(number, **PRIVATE) for number in range(3)), unreadable_row, PRIVATE))
    for command, text in (
        (("import", str(path), "--user", "alice"), ""),
        (("imports", "show", "1", "--rows"), ""),
        (("apps", "add", "app-of-alice", "--secret-stdin"), CLIENT_SECRET),
        (("apps", "list"), ""),
        (("tokens", "list", "alice"), ""),
        (("rotate-key",), ""),
    ):
        _, out, err = run("cli.py", *command, text=text, env=env)
        day.printed += out + err


def dump() -> str:
    """Every row of every table, as text, with bytes as hex."""
    sql = "SELECT stored::text FROM {} stored"
    with connected():
        tables = [table for (table,) in rows(TABLES)]
        return "\n".join(f"{table}: {text}" for table in tables for (text,) in rows(sql.format(table)))


def test_no_secret_address_or_browser_is_left_anywhere(day: Day) -> None:
    stored = dump()
    # A scan that looks in the wrong places finds nothing either.
    for expected in ("account: (1,alice", "spotify_app: (1,app-of-alice", "set_aside_row: (1,1,"):
        assert expected in stored
    assert '"event": "connected"' in day.logged
    assert "0 new plays, 2 known" in day.printed
    assert '"event": "imported"' in day.printed
    private = [*PRIVATE.values(), VISITOR, *BROWSERS]
    secret = day.secrets | {f"private {number}": text for number, text in enumerate(private)}
    assert len(secret) > 15
    for name, text in secret.items():
        for form in {text, quote(text, safe=""), text.encode().hex()}:
            assert form not in stored, name
            assert form not in day.logged, name
            assert form not in day.printed, name
            paths = [path for path, answer in day.answers if form in answer]
            assert paths == ([MADE_BY[name]] if name in MADE_BY and form == text else []), name
