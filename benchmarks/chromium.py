"""Drive a real browser: one tab of headless Chromium over the Chrome DevTools Protocol."""

import json
import re
import shutil
import subprocess
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--log-level=3",
    "--remote-debugging-port=0",
)  # fmt: skip
SECONDS = 20
LISTENING = re.compile(r"DevTools listening on (ws://\S+)")


class Browser:
    """One tab of a browser with an empty profile."""

    def __init__(self, socket: ClientConnection, session: str) -> None:
        self._socket, self._session, self._number = socket, session, 0

    def say(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a `method` of the protocol. Raises RuntimeError."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters, "sessionId": self._session}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv(timeout=SECONDS))
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, address: str) -> None:
        """Open an address, and wait until it has loaded."""
        self.say("Page.navigate", url=address)
        self.settle()

    def click(self, words: str) -> None:
        """Click the link or button with these words. Raises RuntimeError if there is none."""
        finding = f"""
            const all = [...document.querySelectorAll('a, button, input[type=submit]')];
            const words = each => (each.innerText || each.textContent || each.value || '').trim();
            const element = all.find(each => words(each).includes({json.dumps(words)}));
            if (element) {{ element.click(); }} !!element
        """
        if not self.evaluate(finding):
            raise RuntimeError(f"{self.address} has nothing to click that says {words!r}: {self.text[:400]}")
        time.sleep(0.2)  # until the browser has set out
        self.settle()

    def settle(self) -> None:
        """Wait until the page has loaded."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                if self.evaluate("document.readyState") == "complete":
                    return
            except RuntimeError:  # between two pages
                pass
            time.sleep(0.05)
        raise RuntimeError(f"{self.address} is not complete after {SECONDS} seconds")

    def evaluate(self, script: str) -> Any:
        """The value of a script on this page."""
        return self.say("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    @property
    def address(self) -> str:
        return str(self.evaluate("location.href"))

    @property
    def text(self) -> str:
        """The visible text of the page."""
        return str(self.evaluate("document.body.innerText"))

    def picture(self, path: Path, width: int, height: int) -> None:
        """Save a picture of the whole page on a screen of that size (CSS pixels)."""
        self.say(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        taken = self.say("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(b64decode(taken["data"]))


@contextmanager
def browsing() -> Iterator[Browser]:
    """A new browser during the block. Raises SystemExit if Chromium is not installed."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise SystemExit("Chromium is not installed (Debian: apt install chromium).")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        child = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        try:
            with connect(_listening_at(child), max_size=None) as socket:
                yield Browser(socket, _tab(socket))
        finally:
            child.kill()
            child.wait()


def _listening_at(child: "subprocess.Popen[str]") -> str:
    for line in child.stderr or ():
        if match := LISTENING.search(line):
            return match[1]
    raise SystemExit("Chromium ended before it accepted connections.")


def _tab(socket: ClientConnection) -> str:
    """The session of a new tab."""

    def ask(number: int, method: str, **parameters: object) -> dict[str, Any]:
        socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(socket.recv(timeout=SECONDS))
            if answer.get("id") == number:
                result: dict[str, Any] = answer["result"]
                return result

    target = ask(-1, "Target.createTarget", url="about:blank")["targetId"]
    return str(ask(-2, "Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
