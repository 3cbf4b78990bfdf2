"""The doors through which people change accounts: a page, the API and the terminal, in one process."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from cli import build_parser
from connect.apps import Apps
from connect.connecting import Connecting, utc_now
from db.engine.cipher import Cipher
from demo.fake_spotify import FakeSpotify
from demo.server import serving
from spotify.http import Http
from tests.fake import CATALOGUE, REDIRECT_URI
from tests.web import seed
from tests.web.conftest import VERSION, service_client
from tests.web.visitors.visiting import by_our_page, signed_in, with_token
from web.http.consent_flow import Consent
from web.http.services import Services

SECRET_KEY = "k" * 32
ROOT, FUTURE_ROOT = "root", "later"
ADMINISTRATORS = frozenset({ROOT, FUTURE_ROOT})  # nobody has the second name yet
OWN_APP = "own-app"


@dataclass
class Doors:
    """Alice's browser, the program of an administrator, and a terminal, all of one service."""

    client: TestClient
    fake: FakeSpotify
    apps: Apps
    alice: int
    root_id: int
    root: dict[str, str]
    patched: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]
    folder: Path
    cookies: dict[str, str] = field(default_factory=dict)
    answer: str | None = None  # what is typed when the terminal asks; None: the address that Spotify leads to

    def page(self, path: str, **form: str) -> Response:
        """Send a form of a page of ours, signed in as alice."""
        self.cookies = self.cookies or signed_in(self.alice)
        self.client.cookies = self.cookies
        answer = self.client.post(path, data=form, headers=by_our_page(self.cookies))
        self.client.cookies = {}
        return answer

    def administration(self, path: str, **form: str) -> Response:
        """Send a form of the administration's pages, signed in as the administrator."""
        cookies = signed_in(self.root_id)
        self.client.cookies = cookies
        answer = self.client.post(f"/administration{path}", data=form, headers=by_our_page(cookies))
        self.client.cookies = {}
        return answer

    def spotify_page(self, path: str) -> Response:
        """Follow a link to Spotify, signed in as alice; agree there, and come back."""
        self.client.cookies = self.cookies = self.cookies or signed_in(self.alice)
        begun = self.client.get(path)
        callback = self.fake.consent(begun.headers["location"], "alice")
        return self.client.get(callback.removeprefix("http://127.0.0.1:8000"))

    def api(self, method: str, path: str, **members: str) -> Response:
        """Send a request as the administrator's program."""
        return self.client.request(method, path, json=members, headers=self.root)

    def own_api(self, **members: str) -> Response:
        """Change alice's account over the API, signed in as alice."""
        self.client.cookies = cookies = signed_in(self.alice)
        answer = self.client.patch("/users/alice", json=members, headers=by_our_page(cookies))
        self.client.cookies = {}
        return answer

    def terminal(self, *words: str) -> int:
        """What cli.py does with these words. Raises AccountError, which cli.py prints."""
        options = build_parser("cli.py").parse_args(words)
        options.apps, options.client_id, options.redirect_uri = lambda: self.apps, self.apps.client_id, REDIRECT_URI
        options.home_zone, options.home_scan, options.administrators = "UTC", "recent", ADMINISTRATORS
        options.webhook_hosts = frozenset()
        options.database_url = "postgresql://insight@127.0.0.1/insight"
        self.patched.setattr("builtins.input", self._agree)
        return int(options.run(options))

    def _agree(self, _prompt: str) -> str:
        """Open the link that was just printed, and paste the address that the browser is sent to."""
        if self.answer is not None:
            return self.answer
        link = next(line for line in self.captured.readouterr().out.splitlines() if line.startswith("http"))
        return self.fake.consent(link, "alice")


@contextmanager
def open_doors(patched: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str], folder: Path) -> Iterator[Doors]:
    """The doors of a service with alice and an administrator, neither of them connected. Needs a database."""
    fake = FakeSpotify(CATALOGUE, utc_now, redirect_uris=(REDIRECT_URI,))
    fake.add_listener("alice")
    with serving(fake) as address:
        cipher, http = Cipher(SECRET_KEY), Http()
        apps = Apps(cipher, REDIRECT_URI, address, address, fake.client_id, fake.client_secret)
        consent = Consent(Connecting(apps, http, utc_now), cipher, REDIRECT_URI)
        services = Services(VERSION, utc_now, consent, sealer=cipher, administrators=ADMINISTRATORS)
        alice, root = seed.account(visibility="private"), seed.account(ROOT)
        with service_client(services) as client:
            yield Doors(client, fake, apps, alice, root, with_token(root, "administer"), patched, captured, folder)
        http.close()


def audit_lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """Every audit line, without its time."""
    messages = [record.getMessage() for record in caplog.records if record.name == "insight.audit"]
    return [{name: value for name, value in json.loads(message).items() if name != "time"} for message in messages]
