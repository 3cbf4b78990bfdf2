"""Connect as a listener would: through Spotify's consent page, to the own pages, out and in again.

    python -m benchmarks.browser.connecting

The browser connects two accounts of a new instance through the simulated Spotify, and each tries to read the other's
data. Each step prints a line; the first failure ends the program with exit status 1.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.browser.chromium import browsing
from benchmarks.importing import ROOT
from benchmarks.question_speed.instance import free_port, wait_for
from db.engine.server import ensure_database, local_server
from demo.household import fake_household, household
from demo.server import serving

ALICE, BOB = (member.username for member in household() if member.connects and member.export)
LINKS = "[...document.links].map(each => each.pathname)"
OTHERS = (
    "/history/{}", "/totals/{}", "/top-tracks/{}", "/recap/{}", "/user-recommendations/{}", "/users/{}", "/gaps/{}",
    "/quality/{}", "/devices/{}", "/compare/{own}/{}",
)  # fmt: skip


def expect(page: Page, what: str, holds: object) -> None:
    print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)
    if not holds:
        raise SystemExit(f"At {page.url} the page says:\n{page.inner_text('body')[:1500]}")


def says(page: Page, words: str) -> bool:
    """Whether the page has these words, visible or in a closed menu."""
    return words in (page.text_content("body") or "")


def connects(page: Page, username: str) -> None:
    page.goto(f"/connect?username={username}")
    expect(page, f"{username} is sent to Spotify's consent page", says(page, "Simulated Spotify"))
    page.get_by_text(f"Agree as {username}").click()
    expect(page, f"{username} is connected", says(page, f"{username} is connected to Spotify"))


def sees_own_pages(page: Page, username: str, other: str) -> None:
    page.goto(f"/history/{username}?format=json")
    expect(page, f"{username} reads the own history", says(page, '"plays"'))
    page.goto("/account")
    expect(page, "the own account has a page", says(page, username))
    page.goto("/")
    expect(page, "the home page knows who is signed in", says(page, f"Signed in as {username}"))
    # Accounts that were never connected are shown to anybody on this machine, to be connected; others are not.
    expect(page, "and shows nothing of the other", f"/history/{other}" not in page.evaluate(LINKS))


def finds_no_way(page: Page, who: str, own: str, other: str) -> None:
    addresses = [each.format(other, own=own) for each in OTHERS]
    leaks = [path for path in addresses if page.request.get(path).status != 404]
    expect(page, f"{who} cannot read {other}'s data ({len(OTHERS)} addresses)", not leaks)


def signs_out(page: Page) -> None:
    page.goto("/")
    page.locator("summary[aria-label^='Signed in as']").click()
    page.get_by_role("button", name="Sign out", exact=True).click()


def signs_in_again(page: Page, username: str) -> None:
    page.goto("/account")
    expect(page, "the own page leads to signing in", says(page, "Sign in"))
    page.locator("main").get_by_text("Sign in with Spotify").first.click()
    page.get_by_text(f"Agree as {username}").click()
    page.goto("/account")
    expect(page, f"{username} is signed in again", says(page, username))


def walks(page: Page) -> None:
    page.goto("/")
    expect(page, "nobody sees an account", not says(page, "Signed in as"))
    connects(page, ALICE)
    sees_own_pages(page, ALICE, BOB)
    finds_no_way(page, ALICE, ALICE, BOB)
    signs_out(page)
    expect(page, f"{ALICE} has signed out", says(page, "Sign in with Spotify"))
    finds_no_way(page, "who has signed out", BOB, ALICE)
    signs_in_again(page, ALICE)
    signs_out(page)
    connects(page, BOB)
    sees_own_pages(page, BOB, ALICE)
    finds_no_way(page, BOB, BOB, ALICE)


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
    with service() as url, browsing() as browser:
        walks(browser.new_context(base_url=url).new_page())
    print("Everything passed.")


if __name__ == "__main__":
    main()
