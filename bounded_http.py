"""HTTP by which we ask others, with an end: no answer is larger and no exchange takes longer than its bounds allow.

httpx itself waits for as long as bytes keep coming, and unpacks an answer whatever it becomes.
"""

import logging
import ssl
import time
import zlib
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass

import httpcore
import httpx

PACKED = "gzip"  # the one packing that we ask for, because zlib unpacks it up to a given size and no further
LARGEST_HEAD = 64 * 1024  # bytes of a status line and headers
ABOUT_THE_BODY = {"content-encoding", "content-length", "transfer-encoding"}  # of a body that is unpacked by now
log = logging.getLogger(__name__)


class OutOfBounds(httpx.RequestError):
    """An answer was given up. The sentence says what was too much of it, and holds no address."""


class AnswerTooLarge(OutOfBounds):
    """More bytes than we take, as they were sent or unpacked."""


class AnswerTooSlow(OutOfBounds):
    """The whole exchange took longer than we wait, however steadily bytes came."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`largest` is how many bytes an answer may have, `seconds` how long it may take from connecting to its end."""

    largest: int
    seconds: float
    clock: Callable[[], float] = time.monotonic


class Exchange:
    """One request and its answer, under way."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds, self._ends, self._head = bounds, bounds.clock() + bounds.seconds, 0
        self.in_head = True

    def left(self, timeout: float | None = None) -> float:
        """Seconds that the next step may take, which takes `timeout` at most. Raises AnswerTooSlow."""
        left = self._ends - self.bounds.clock()
        if left <= 0:
            raise AnswerTooSlow(f"its answer takes longer than {self.bounds.seconds:g} s")
        return left if timeout is None else min(left, timeout)

    def readable(self, most: int) -> int:
        """How many bytes to read next, up to `most`. Raises AnswerTooLarge once the headers are over 64 KB."""
        if not self.in_head:
            return most
        if self._head >= LARGEST_HEAD:
            raise AnswerTooLarge(f"the headers of its answer are larger than {LARGEST_HEAD // 1024} KB")
        return min(most, LARGEST_HEAD - self._head)

    def count(self, read: bytes) -> None:
        self._head += len(read)

    def body_of(self, response: httpx.Response) -> bytes:
        """The whole body, unpacked. Raises OutOfBounds, and httpx.DecodingError for what is not packed as asked for."""
        self.in_head = False
        packing = response.headers.get("content-encoding", "identity").strip().lower()
        if packing == PACKED:
            return self._unpacked(self._pieces(response.stream))
        if packing not in {"", "identity"}:
            raise httpx.DecodingError("its answer is packed otherwise than was asked for")
        return b"".join(self._pieces(response.stream))

    def _pieces(self, stream: object) -> Iterable[bytes]:
        size = 0
        for piece in stream if isinstance(stream, httpx.SyncByteStream) else ():
            self.left()
            size += len(piece)
            self._refuse_larger(size)
            yield piece

    def _unpacked(self, pieces: Iterable[bytes]) -> bytes:
        body, gzip, is_empty = bytearray(), zlib.decompressobj(zlib.MAX_WBITS | 16), True
        try:
            for piece in pieces:
                is_empty = False
                if not gzip.eof:  # what comes after the end is nothing
                    body += gzip.decompress(piece, self.bounds.largest + 1 - len(body))
                self._refuse_larger(len(body))
            body += gzip.flush()
        except zlib.error as error:
            raise httpx.DecodingError("its answer cannot be unpacked") from error
        self._refuse_larger(len(body))
        if not (gzip.eof or is_empty):
            raise httpx.DecodingError("its answer ends too early")
        return bytes(body)

    def _refuse_larger(self, size: int) -> None:
        if size > self.bounds.largest:
            raise AnswerTooLarge(f"its answer is larger than {self.bounds.largest / 1_000_000:g} MB")


_under_way: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


class Bounded(httpx.BaseTransport):
    """A transport around another one (or none: the network itself). Its answers are read and unpacked already."""

    def __init__(self, inner: httpx.BaseTransport | None, bounds: Bounds) -> None:
        self._inner, self._bounds = inner or _Network(), bounds

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["accept-encoding"] = PACKED
        exchange = Exchange(self._bounds)
        token = _under_way.set(exchange)
        try:
            return self._answer(request, exchange)
        except OutOfBounds as error:
            log.warning("An answer of %s was given up: %s.", request.url.host, error)  # its address can hold secrets
            raise
        finally:
            _under_way.reset(token)

    def _answer(self, request: httpx.Request, exchange: Exchange) -> httpx.Response:
        response = self._inner.handle_request(request)
        try:
            body = exchange.body_of(response)
        finally:
            response.close()
        headers = [item for item in response.headers.multi_items() if item[0] not in ABOUT_THE_BODY]
        return httpx.Response(response.status_code, headers=headers, content=body)

    def close(self) -> None:
        self._inner.close()


class _Network(httpx.HTTPTransport):
    """httpx's own transport, but for connections that end with their exchange."""

    def __init__(self) -> None:
        super().__init__()
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            httpx.create_ssl_context(),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )


class _Backend(httpcore.NetworkBackend):
    """Connects within the time that the exchange under way has left."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(host, port, _left(timeout), local_address, socket_options)
        return _Stream(stream)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends with the exchange under way, however many steps there are."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        exchange = _under_way.get()
        if exchange is None:
            return self._inner.read(max_bytes, timeout)
        most = exchange.readable(max_bytes)
        try:
            read = self._inner.read(most, exchange.left(timeout))
        except httpcore.ReadTimeout:
            exchange.left()  # which of both bounds it was
            raise
        exchange.count(read)
        return read

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)

    def close(self) -> None:
        self._inner.close()


def _left(timeout: float | None) -> float | None:
    exchange = _under_way.get()
    return timeout if exchange is None else exchange.left(timeout)
