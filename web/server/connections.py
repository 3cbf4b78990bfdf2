"""uvicorn's connection, with limits on the time of a request, its headers, unread answers, and open connections.

uvicorn itself waits as long as a client likes, and keeps all headers that it sends, and every answer until it is read.
"""

import asyncio
from http import HTTPStatus
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from web.http.rate_limits import customer
from web.server.connection_limits import ConnectionLimiter, most_connections
from web.server.throttled_log import LOG_THROTTLE

SECONDS = 30.0  # within which a request has to arrive, plus the time that its bytes take at the slowest rate
SLOWEST = 16 * 1024  # bytes a second
CHECKS = 6  # within SECONDS
FIRST = 1  # stands for the bytes that came with the beginning of a request, whose number is not known
MOST_HEAD = 32 * 1024  # bytes of a request's line and headers, or of trailers
SEPARATORS = 4  # bytes of a header besides its name and value
BACKLOG = 1024  # connections that wait to be accepted, so that none of a burst has to try again a second later
FULL = (
    b'{"type":"about:blank","title":"Service Unavailable","status":503,'
    b'"detail":"Too many connections are open: close yours, or try again in a few seconds."}'
)
REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-type: application/problem+json\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(FULL), FULL)
)
_limiters: WeakKeyDictionary[ServerState, ConnectionLimiter] = WeakKeyDictionary()  # one for each server


class HeadTooLarge(Exception):
    """Stops the parser: the connection is closed."""


class Connection(HttpToolsProtocol):
    address = ""  # of the client, or the proxy
    _since: float | None = None  # when the request began that has not arrived yet
    _bytes = 0
    _head_bytes = 0  # of the line and the headers that have arrived
    _in_head = True
    _unread = _most_unread = 0  # bytes of answers, now and since the client stopped reading
    _unread_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.logger.addFilter(LOG_THROTTLE)
        self._since = self.loop.time()
        self._schedule_check()
        self.address = customer(self.client[0]) if self.client else ""
        self._limiter = _limiter_of(self.server_state)
        if not self._limiter.add(self):
            transport.write(REFUSAL)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._next_check.cancel()
        self._limiter.remove(self)
        super().connection_lost(exc)

    def close(self) -> None:
        """Close it at once, even if the client has not read everything."""
        self.transport.abort()

    def unread_bytes(self) -> int:
        return self.transport.get_write_buffer_size()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._limiter.mark_unread(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread = 0  # later answers have their own time
        self._limiter.mark_read(self)

    def data_received(self, data: bytes) -> None:
        if self._since is None:
            self._since = self.loop.time()
        self._bytes += len(data)
        super().data_received(data)
        if self._in_head and self._bytes > MOST_HEAD:
            self._cut(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._since, self._bytes, self._head_bytes, self._in_head = self.loop.time(), FIRST, 0, True

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + SEPARATORS)
        super().on_header(name, value)

    def _count(self, head_bytes: int) -> None:
        """Raises HeadTooLarge, which the parser treats as a request that it cannot read."""
        self._head_bytes += head_bytes
        if self._head_bytes > MOST_HEAD:
            self._cut(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            raise HeadTooLarge

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():  # otherwise it has been answered
            super().send_400_response(msg)

    def on_headers_complete(self) -> None:
        self._in_head, self._head_bytes = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._since = None
        if not self.cycle.response_complete:
            self._limiter.mark_busy(self)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete:  # and no further request has arrived meanwhile
            self._limiter.mark_idle(self)

    def _schedule_check(self) -> None:
        self._next_check = self.loop.call_later(SECONDS / CHECKS, self._check)

    def _check(self) -> None:
        self._schedule_check()
        if self._is_unread():
            self.close()
        elif self._is_late():
            self._cut(HTTPStatus.REQUEST_TIMEOUT)

    def _is_unread(self) -> bool:
        """Whether the client reads too slowly. A closed connection, too, stays until everything is read."""
        before, self._unread = self._unread, self.unread_bytes()
        if not before or self._unread > before:
            self._unread_since, self._most_unread = self.loop.time(), self._unread
        taken = self._most_unread - self._unread
        return self._unread > 0 and self.loop.time() - self._unread_since > SECONDS + taken / SLOWEST

    def _is_late(self) -> bool:
        if self._since is None or self.flow.read_paused:  # nothing is expected, or we are the ones who do not read
            return False
        return self.loop.time() - self._since > SECONDS + self._bytes / SLOWEST

    def _cut(self, status: HTTPStatus) -> None:
        if self.transport.is_closing():
            return
        if self._bytes and self._awaits_answer():
            answer = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(answer.encode())
        if self.cycle is not None:
            self.cycle.disconnected = True
        self.transport.close()

    def _awaits_answer(self) -> bool:
        """Whether an answer written now would be the answer to the late request."""
        if self.cycle is None or self.cycle.response_complete:
            return self._in_head
        return not self._in_head and not self.cycle.response_started


def _limiter_of(server: ServerState) -> ConnectionLimiter:
    limiter = _limiters.get(server)
    if limiter is None:
        limiter = _limiters[server] = ConnectionLimiter(most_connections())
    return limiter
