"""A connection as uvicorn serves it, but cut when a request takes too long to come or its headers are too large.

uvicorn itself waits for as long as a client likes, and keeps as many headers as it sends.
"""

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SECONDS = 30.0  # within which a request has to come, and as many more as its bytes take at the slowest rate
SLOWEST = 16 * 1024  # bytes a second
LOOKS = 6  # within SECONDS
FIRST = 1  # of the bytes that came with the beginning of a request: how many is not known
MOST_HEAD = 32 * 1024  # bytes of a request's line and headers, after what comes at once


class Connection(HttpToolsProtocol):
    _since: float | None = None  # when that began which is not there yet
    _bytes = 0
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()
        self._look_again()

    def connection_lost(self, exc: Exception | None) -> None:
        self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._since is None:
            self._since = self.loop.time()
        self._bytes += len(data)
        super().data_received(data)
        if self._in_head and self._bytes > MOST_HEAD:
            self._cut(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._since, self._bytes, self._in_head = self.loop.time(), FIRST, True

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._since = None

    def _look_again(self) -> None:
        self._look = self.loop.call_later(SECONDS / LOOKS, self._watch)

    def _watch(self) -> None:
        if self._is_late():
            self._cut(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self._look_again()

    def _is_late(self) -> bool:
        if self._since is None or self.flow.read_paused:  # nothing is awaited, or it is we who do not read
            return False
        return self.loop.time() - self._since > SECONDS + self._bytes / SLOWEST

    def _cut(self, status: HTTPStatus) -> None:
        if self.transport.is_closing():
            return
        if self._bytes and self._awaits_answer():
            said = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(said.encode())
        if self.cycle is not None:
            self.cycle.disconnected = True
        self.transport.close()

    def _awaits_answer(self) -> bool:
        """Whether what is written now is the answer to the request that is late, and to no other."""
        if self.cycle is None or self.cycle.response_complete:
            return self._in_head
        return not self._in_head and not self.cycle.response_started
