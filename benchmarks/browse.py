"""Use Insight with a real browser, as a listener would: connect, read, sign out and sign in.

    python -m benchmarks.browse [--pictures FOLDER]

Chromium connects an account through the simulated Spotify's consent page, opens its own pages, signs out, and tries to
read another listener's data. Each step prints a line; the first failure ends the program with exit status 1. With
--pictures, every page is saved as seen on a screen and on a phone.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.chromium import Browser, browsing
from benchmarks.importing import ROOT
from benchmarks.question_speed.instance import free_port, wait_for
from db.engine.server import ensure_database, local_server
from demo.household import fake_household, household
from demo.server import serving

ALICE, BOB = (member.username for member in household() if member.connects and member.export)
LINKS = "[...document.links].map(each => each.pathname).join(' ')"
HEADER = "document.querySelector('header').textContent"  # with its menu, which is closed
SCREENS = {"screen": (1280, 800), "phone": (390, 844)}
OTHERS = (
    "/history/{}", "/totals/{}", "/top-tracks/{}", "/recap/{}", "/user-recommendations/{}", "/users/{}", "/gaps/{}",
    "/quality/{}", "/devices/{}", "/compare/{own}/{}",
)  # fmt: skip


class Walk:
    """A browser that walks through the service."""

    def __init__(self, browser: Browser, service: str, pictures: Path | None) -> None:
        self.browser, self.service, self.pictures = browser, service, pictures
        self.taken = 0

    def go(self, path: str) -> str:
        """The text of the page at this address."""
        self.browser.open(f"{self.service}{path}")
        return self.browser.text

    def expect(self, what: str, holds: object) -> None:
        print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)
        if not holds:
            raise SystemExit(f"At {self.browser.address} the page says:\n{self.browser.text[:1500]}")

    def keep(self, name: str) -> None:
        self.taken += 1
        for screen, size in SCREENS.items() if self.pictures else ():
            self.browser.picture(self.pictures / f"{self.taken:02}-{name}-{screen}.png", *size)  # type: ignore[operator]


def connects(walk: Walk, username: str) -> None:
    walk.go(f"/connect?username={username}")
    walk.expect(f"{username} is sent to Spotify's consent page", "Simulated Spotify" in walk.browser.text)
    walk.keep("consent")
    walk.browser.click(f"Agree as {username}")
    walk.expect(f"{username} is connected", f"{username} is connected to Spotify" in walk.browser.text)
    walk.keep("connected")


def sees_own_pages(walk: Walk, username: str, other: str) -> None:
    walk.expect(f"{username} reads the own history", '"plays"' in walk.go(f"/history/{username}"))
    walk.expect("the own account has a page", username in walk.go("/account"))
    walk.keep("account")
    walk.go("/")
    walk.expect(
        "the home page knows who is signed in", f"Signed in as {username}" in str(walk.browser.evaluate(HEADER))
    )
    walk.keep("home")
    # Accounts that were never connected are shown to anybody on this machine, to be connected; others are not.
    walk.expect("and shows nothing of the other", f"/history/{other}" not in str(walk.browser.evaluate(LINKS)))


def finds_no_way(walk: Walk, who: str, own: str, other: str) -> None:
    leaks = [path for path in (each.format(other, own=own) for each in OTHERS) if '"status":404' not in walk.go(path)]
    walk.expect(f"{who} cannot read {other}'s data ({len(OTHERS)} addresses)", not leaks)


def walks(walk: Walk) -> None:
    walk.expect("nobody sees an account", "Signed in" not in walk.go("/"))
    walk.keep("nobody")
    connects(walk, ALICE)
    sees_own_pages(walk, ALICE, BOB)
    finds_no_way(walk, ALICE, ALICE, BOB)
    walk.go("/")
    walk.browser.click("Sign out")
    walk.expect(f"{ALICE} has signed out", "Sign in with Spotify" in walk.browser.text)
    finds_no_way(walk, "who has signed out", BOB, ALICE)
    walk.expect("the own page leads to signing in", "Sign in" in walk.go("/account"))
    walk.keep("sign-in")
    walk.browser.click("Sign in with Spotify")
    walk.browser.click(f"Agree as {ALICE}")
    walk.expect(f"{ALICE} is signed in again", ALICE in walk.go("/account"))
    walk.go("/")
    walk.browser.click("Sign out")
    connects(walk, BOB)
    sees_own_pages(walk, BOB, ALICE)
    finds_no_way(walk, BOB, BOB, ALICE)
    walk.go(f"/today/{BOB}")
    walk.keep("today")
    walk.expect("an unknown address is a page", "There is nothing here." in walk.go("/activity"))
    walk.keep("unknown")
    walk.go("/privacy")
    walk.keep("privacy")


@contextmanager
def service() -> Iterator[str]:
    """A new instance that uses the simulated Spotify."""
    port = free_port()
    redirect_uri = f"http://127.0.0.1:{port}/connect/callback"
    fake = fake_household(household(), redirect_uri)
    with tempfile.TemporaryDirectory() as folder, serving(fake) as spotify, local_server(Path(folder)) as server:
        ensure_database(server, "browse")
        environment = {
            **os.environ, "DATABASE_URL": server.url("browse"), "USERNAMES": f"{ALICE},{BOB}", "PORT": str(port),
            "CLIENT_ID": fake.client_id, "CLIENT_SECRET": fake.client_secret, "SECRET_KEY": "k" * 32,
            "REDIRECT_URI": redirect_uri, "SPOTIFY_ACCOUNTS_URL": spotify, "SPOTIFY_API_URL": spotify,
        }  # fmt: skip
        child = subprocess.Popen([sys.executable, "application.py"], cwd=ROOT, env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/ready")
            yield f"http://127.0.0.1:{port}"
        finally:
            child.terminate()
            child.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, metavar="FOLDER")
    chosen = parser.parse_args()
    if chosen.pictures:
        chosen.pictures.mkdir(parents=True, exist_ok=True)
    with service() as address, browsing() as browser:
        walks(Walk(browser, address, chosen.pictures))
    print("Everything passed.")


if __name__ == "__main__":
    main()
