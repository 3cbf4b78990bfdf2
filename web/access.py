"""One log line a request, without who asked and without the query, which may hold a consent's code.

The lines of a moment are written together: one by one they would take a fifth of a busy service's time.
"""

import asyncio
import logging
from urllib.parse import quote

QUIET = {"/health", "/ready"}  # asked every few seconds by whoever watches over the service
GATHERED_SECONDS = 0.2
log = logging.getLogger("insight.access")


class AccessLog:
    def __init__(self) -> None:
        self._lines: list[str] = []

    def note(self, method: str, path: str, status: int, seconds: float) -> None:
        """Of a request that was answered. Needs a running event loop."""
        if path in QUIET:
            return
        if not self._lines:
            asyncio.get_running_loop().call_later(GATHERED_SECONDS, self.write)
        self._lines.append(f"{method} {quote(path)} {status} {seconds * 1000:.0f} ms")

    def write(self) -> None:
        """What was noted and is not written yet."""
        lines, self._lines = self._lines, []
        if lines:
            log.info("%s", "\n".join(lines))
