"""What a page fetches, as counted by the browser: bytes on the wire with their headers, without album covers."""

from typing import Any

from playwright.sync_api import CDPSession

from benchmarks.browser.watching import COVERS


class Traffic:
    """Counts from when it is made."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes = self.requests = 0
        self._covers: set[str] = set()
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _sent(self, event: dict[str, Any]) -> None:
        if COVERS in event["request"]["url"]:
            self._covers.add(event["requestId"])
        else:
            self.requests += 1

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._covers:
            self.bytes += int(event["encodedDataLength"])
