"""Servers that answer without end: too much, too slowly, or packed so that little becomes a lot."""

import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import brotli
import zstandard

Answer = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MUCH = 200_000_000  # bytes
MEGABYTE = bytes(1_000_000)


def packed(packing: str) -> Answer:
    """An answer of a few hundred KB that unpacks to 200 MB."""
    return whole(_packed(packing), packing)


def whole(body: bytes, packing: str = "identity") -> Answer:
    head = OK + f"Content-Encoding: {packing}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return lambda client: client.sendall(head + body)


@cache  # it takes a second
def _packed(packing: str) -> bytes:
    return b"".join(_pieces(packing))


def _pieces(packing: str) -> Iterator[bytes]:
    pieces = (MEGABYTE for _ in range(MUCH // len(MEGABYTE)))
    if packing == "br":
        brotlied = brotli.Compressor(quality=1)
        yield from map(brotlied.process, pieces)
        yield brotlied.finish()
    else:
        gzip = zlib.compressobj(1, wbits=zlib.MAX_WBITS | 16)
        compressor = zstandard.ZstdCompressor(1).compressobj() if packing == "zstd" else gzip
        yield from map(compressor.compress, pieces)
        yield compressor.flush()


def without_end(head: bytes, again: bytes, pause: float = 0) -> Answer:
    """`head`, then `again` over and over for as long as anybody reads."""

    def answer(client: socket.socket) -> None:
        client.sendall(head)
        waiting = threading.Event()
        while True:
            client.sendall(again)
            waiting.wait(pause)

    return answer


ENDLESS: dict[str, Answer] = {
    "body": without_end(OK + b"\r\n", b" " * 65536),
    "chunks": without_end(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"400\r\n" + b" " * 1024 + b"\r\n"),
    "headers": without_end(OK, b"X-More: " + b"x" * 1000 + b"\r\n"),
    "large headers": without_end(OK, b"X-More: " + b"x" * 60_000 + b"\r\n", 0.05),
}
SLOW: dict[str, Answer] = {
    "body": without_end(OK + b"Content-Length: 1000000\r\n\r\n", b" ", 0.05),
    "headers": without_end(OK, b"X: 1\r\n", 0.05),
    "hints": without_end(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.05),
    "silence": without_end(b"", b"", 0.05),
}


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """The address of a server that gives this answer to whoever connects."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, answer), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(120)


def _serve(listener: socket.socket, answer: Answer) -> None:
    with suppress(OSError):  # the listener is closed
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_answer_client, args=(client, answer), daemon=True).start()


def _answer_client(client: socket.socket, answer: Answer) -> None:
    with client, suppress(OSError):  # the client has closed the connection
        client.recv(65536)
        answer(client)
