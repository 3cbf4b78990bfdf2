"""One log line a request, without who asked and without the query, which may hold a consent's code.

The lines of a moment are written together: one by one they would take a fifth of a busy service's time.
"""

import asyncio
import logging
import time
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

QUIET = {"/health", "/ready"}  # asked every few seconds by whoever watches over the service
GATHERED_SECONDS = 0.2
log = logging.getLogger("insight.access")


class AccessLog:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._lines: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in QUIET:
            await self._note(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            if scope["type"] == "lifespan":  # the service ends
                self._write()

    async def _note(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, began = 500, time.perf_counter()

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            milliseconds = (time.perf_counter() - began) * 1000
            self._gather(f"{scope['method']} {quote(scope['path'])} {status} {milliseconds:.0f} ms")

    def _gather(self, line: str) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_later(GATHERED_SECONDS, self._write)
        self._lines.append(line)

    def _write(self) -> None:
        lines, self._lines = self._lines, []
        if lines:
            log.info("%s", "\n".join(lines))
