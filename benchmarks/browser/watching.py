"""What a page does besides what it shows: errors, and requests to other hosts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

COVERS = "i.scdn.co"  # Spotify's
WORTH = {"error", "warning"}
REFUSED = "Failed to load resource"  # how the console says that the page itself is an error's


@dataclass
class Watched:
    """What a page has done since it was watched."""

    url: str
    found: list[str] = field(default_factory=list)

    def said(self, message: ConsoleMessage) -> None:
        address = message.page.url if message.page else ""
        is_own_status = REFUSED in message.text and message.location.get("url") == address
        if message.type in WORTH and not is_own_status:
            self.found.append(f"console: {message.text[:200]}")

    def asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.netloc not in {urlsplit(self.url).netloc, COVERS} and parts.scheme not in {"data", "blob"}:
            self.found.append(f"request to another host: {request.url[:100]}")

    def taken(self) -> Iterator[str]:
        yield from self.found
        self.found.clear()


def watch(page: Page, url: str) -> Watched:
    watched = Watched(url)
    page.on("console", watched.said)
    page.on("pageerror", lambda error: watched.found.append(f"error of a script: {error.message[:200]}"))
    page.on("request", watched.asked)
    return watched
