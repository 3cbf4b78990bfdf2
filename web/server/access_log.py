"""One log line a request, without who asked, without the query, which may hold a consent's code, and without secrets.

The lines of a moment are written together: one by one they would take a fifth of a busy service's time.
"""

import asyncio
import logging
from urllib.parse import quote

from db.people.secrets import withheld

QUIET = {"/health", "/ready"}  # asked every few seconds by whoever watches over the service
GATHERED_SECONDS = 0.2
log = logging.getLogger("insight.access")


class AccessLog:
    def __init__(self) -> None:
        self._requests: list[dict[str, str | int]] = []

    def note(self, method: str, path: str, status: int, seconds: float) -> None:
        """Of a request that was answered. Needs a running event loop."""
        if path in QUIET:
            return
        if not self._requests:
            asyncio.get_running_loop().call_later(GATHERED_SECONDS, self.write)
        self._requests.append(
            {"method": method, "path": _harmless(path), "status": status, "ms": round(seconds * 1000)}
        )

    def write(self) -> None:
        """What was noted and is not written yet."""
        requests, self._requests = self._requests, []
        if requests:
            text = "\n".join("{method} {path} {status} {ms} ms".format_map(request) for request in requests)
            log.info("%s", text, extra={"entries": requests})


def _harmless(path: str) -> str:
    """Without the secrets that people paste into an address in the wrong place, and on one line."""
    return quote(withheld(path), safe="/()")
