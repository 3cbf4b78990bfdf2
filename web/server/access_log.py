"""The access log: one line per request, without client addresses, secrets, and queries, which may hold OAuth codes.

Lines are written in batches, because one by one they would take a fifth of a busy service's time.
"""

import asyncio
import logging
from urllib.parse import quote

from db.people.secrets import withheld

QUIET = {"/health", "/ready"}  # health checks come every few seconds
BATCH_SECONDS = 0.2
log = logging.getLogger("insight.access")


class AccessLog:
    def __init__(self) -> None:
        self._requests: list[dict[str, str | int]] = []

    def note(self, method: str, path: str, status: int, seconds: float) -> None:
        """Log a request that was answered. Needs a running event loop."""
        if path in QUIET:
            return
        if not self._requests:
            asyncio.get_running_loop().call_later(BATCH_SECONDS, self.write)
        self._requests.append({"method": method, "path": path, "status": status, "ms": round(seconds * 1000)})

    def write(self) -> None:
        """Write the lines that are waiting."""
        requests, self._requests = self._requests, []
        if requests:
            shown = {path: _without_secrets(path) for path in {str(request["path"]) for request in requests}}
            for request in requests:
                request["path"] = shown[str(request["path"])]
            text = "\n".join("{method} {path} {status} {ms} ms".format_map(request) for request in requests)
            log.info("%s", text, extra={"entries": requests})


def _without_secrets(path: str) -> str:
    """The path on one line, without secrets, which people may paste into addresses in the wrong place."""
    return quote(withheld(path), safe="/()")
