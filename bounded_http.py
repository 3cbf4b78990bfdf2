"""An HTTP transport with limits on the size and duration of responses.

httpx itself waits as long as bytes keep arriving, and decompresses a response to any size.
"""

import logging
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

import httpcore
import httpx

PACKED = "gzip"  # the only compression that we accept, because zlib can stop decompressing at a given size
LARGEST_HEAD = 64 * 1024  # bytes of the status line and headers
ABOUT_THE_BODY = {"content-encoding", "content-length", "transfer-encoding"}  # wrong after decompression
log = logging.getLogger(__name__)


class OutOfBounds(httpx.RequestError):
    """A response exceeded a limit. The message says which one, and contains no address."""


class AnswerTooLarge(OutOfBounds):
    """More bytes than we accept, compressed or decompressed."""


class AnswerTooSlow(OutOfBounds):
    """The whole exchange took too long, even if bytes arrived steadily."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`largest` limits the bytes of a response, `seconds` its duration from connecting to the end."""

    largest: int
    seconds: float
    clock: Callable[[], float] = time.monotonic


class Exchange:
    """A request and its response in progress."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds, self._ends, self._head = bounds, bounds.clock() + bounds.seconds, 0
        self.in_head = True

    def left(self, timeout: float | None = None) -> float:
        """The seconds that remain for the next step, up to `timeout`. Raises AnswerTooSlow."""
        left = self._ends - self.bounds.clock()
        if left <= 0:
            raise AnswerTooSlow(f"its response takes longer than {self.bounds.seconds:g} s")
        return left if timeout is None else min(left, timeout)

    def readable(self, most: int) -> int:
        """How many bytes to read next, up to `most`. Raises AnswerTooLarge once the headers are over 64 KB."""
        if not self.in_head:
            return most
        if self._head >= LARGEST_HEAD:
            raise AnswerTooLarge(f"the headers of its response are larger than {LARGEST_HEAD // 1024} KB")
        return min(most, LARGEST_HEAD - self._head)

    def count(self, read: bytes) -> None:
        self._head += len(read)

    def body_of(self, response: httpx.Response) -> bytes:
        """The whole body, decompressed. Raises OutOfBounds, and httpx.DecodingError for an unsupported compression."""
        self.in_head = False
        packing = response.headers.get("content-encoding", "identity").strip().lower()
        if packing == PACKED:
            return self._unpacked(self._pieces(response.stream))
        if packing not in {"", "identity"}:
            raise httpx.DecodingError("its response is compressed in a way that we did not ask for")
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
                if not gzip.eof:  # ignore anything after the end
                    body += gzip.decompress(piece, self.bounds.largest + 1 - len(body))
                self._refuse_larger(len(body))
            body += gzip.flush()
        except zlib.error as error:
            raise httpx.DecodingError("its response cannot be decompressed") from error
        self._refuse_larger(len(body))
        if not (gzip.eof or is_empty):
            raise httpx.DecodingError("its response ends too early")
        return bytes(body)

    def _refuse_larger(self, size: int) -> None:
        if size > self.bounds.largest:
            raise AnswerTooLarge(f"its response is larger than {self.bounds.largest / 1_000_000:g} MB")


Resolve = Callable[[str, int], str]
_under_way: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


class Bounded(httpx.BaseTransport):
    """A transport around another one, or the network itself. Its responses are completely read and decompressed."""

    def __init__(self, inner: httpx.BaseTransport | None, bounds: Bounds, resolve: Resolve | None = None) -> None:
        """`resolve` chooses the IP address to connect to for a host and port; it may raise errors of its own."""
        self._inner, self._bounds = inner or _Network(resolve), bounds

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["accept-encoding"] = PACKED
        exchange = Exchange(self._bounds)
        token = _under_way.set(exchange)
        try:
            return self._answer(request, exchange)
        except OutOfBounds as error:
            log.warning("Gave up a response from %s: %s.", request.url.host, error)  # the address may contain secrets
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


@cache
def _certificates() -> ssl.SSLContext:
    """The trusted authorities, loaded once for all clients, because that takes tens of milliseconds."""
    return httpx.create_ssl_context()


class _Network(httpx.HTTPTransport):
    """httpx's own transport, but its connections observe the limits of their exchange."""

    def __init__(self, resolve: Resolve | None = None) -> None:
        super().__init__(verify=_certificates())
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            _certificates(),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Backend(resolve),
        )


class _Backend(httpcore.NetworkBackend):
    """Connects within the remaining time of the current exchange."""

    def __init__(self, resolve: Resolve | None) -> None:
        self._inner, self._resolve = httpcore.SyncBackend(), resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        address = self._resolve(host, port) if self._resolve else host
        stream = self._inner.connect_tcp(address, port, _left(timeout), local_address, socket_options)
        return _Stream(stream)


class _Stream(httpcore.NetworkStream):
    """A connection on which every step must end within the remaining time of the current exchange."""

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
            exchange.left()  # raises AnswerTooSlow if the exchange has no time left
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


class NoAnswer(Exception):
    """No valid answer; `is_late` if that is because it took too long."""

    def __init__(self, message: str, *, is_late: bool) -> None:
        super().__init__(message)
        self.is_late = is_late


def post(url: str, body: bytes, headers: Mapping[str, str], bounds: Bounds, resolve: Resolve) -> int:
    """Send a request on a connection of its own, and return the status of the answer; redirects are not followed.

    Raises NoAnswer, and what `resolve` raises.
    """
    try:
        with httpx.Client(transport=Bounded(None, bounds, resolve), trust_env=False, timeout=bounds.seconds) as client:
            return client.post(url, content=body, headers=headers).status_code
    except (AnswerTooSlow, httpx.TimeoutException) as error:
        raise NoAnswer(str(error), is_late=True) from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # UnicodeError: a host such as xn--
        raise NoAnswer(str(error), is_late=False) from error
