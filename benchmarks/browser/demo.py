"""The demo for the browser, which is started or already running, with its accounts, passes and links."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, StorageState

from benchmarks.importing import ROOT
from benchmarks.question_speed.instance import free_port, wait_for

LISTENER, FRIEND, NEWCOMER = "alice", "bob", "newcomer"
LAST_LINE = "Press Ctrl-C"
LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Demo:
    """A running demo of this folder: `url` is where it answers."""

    url: str

    def command(self, *words: str) -> str:
        """The output of `cli.py --demo`. It fails if something exists already, which is no error here."""
        environment = {**os.environ, "PORT": str(urlsplit(self.url).port)}
        return subprocess.run(
            [sys.executable, "cli.py", "--demo", *words],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip

    def link(self, *words: str) -> str:
        """The path and query of the link that a command prints. Raises RuntimeError if it prints none."""
        printed = self.command(*words)
        if (found := LINK.search(printed)) is None:
            raise RuntimeError(f"cli.py --demo {' '.join(words)} prints no link: {printed}")
        parts = urlsplit(found[0])
        return f"{parts.path}?{parts.query}"

    def shared(self) -> str:
        """The parameter that a shared link of the listener carries."""
        return self.link("links", "create", LISTENER).partition("?")[2]


@contextmanager
def demo_at(url: str | None) -> Iterator[Demo]:
    """The demo that answers at `url`, or else a new one, with an account that has no plays."""
    with running() if url is None else _already(url.rstrip("/")) as address:
        demo = Demo(address)
        demo.command("users", "add", NEWCOMER, "--time-zone", "Europe/Berlin")
        yield demo


@contextmanager
def _already(url: str) -> Iterator[str]:
    wait_for(f"{url}/ready")
    yield url


@contextmanager
def running() -> Iterator[str]:
    port = str(free_port())
    child = subprocess.Popen(
        [sys.executable, "run.py", "--demo"],
        cwd=ROOT, env={**os.environ, "PORT": port}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        print("Starting the demo; the first time, that takes a minute …", flush=True)
        _wait_until_ready(child)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.communicate()


def _wait_until_ready(child: "subprocess.Popen[str]") -> None:
    lines = []
    for line in child.stdout or ():
        lines.append(line)
        if LAST_LINE in line:
            return
    raise SystemExit(f"The demo did not start:\n{''.join(lines[-20:])}")


def signed_in(browser: Browser, demo: Demo, username: str) -> StorageState:
    """The cookies of a browser in which the account is signed in."""
    context = browser.new_context(base_url=demo.url)
    try:
        page = context.new_page()
        page.goto(demo.link("sign-in", username))
        with page.expect_navigation():
            page.locator("main form button").first.click()
        state = context.storage_state()
        if not state["cookies"]:
            raise RuntimeError(f"{username} is not signed in: {page.inner_text('main')}")
        return state
    finally:
        context.close()
