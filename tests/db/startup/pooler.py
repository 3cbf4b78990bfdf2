"""Poolers in front of PostgreSQL, as far as a program notices them: one drops settings, one shares connections."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

STARTUP = 196_608  # version 3.0 of the protocol
READY, IDLE = b"Z", b"I"


class Pooler:
    """Passes messages on. Without `keeps_options` it drops them from the startup message, as PgBouncer can be told to.

    With `shares`, every client's transactions go over the first client's connection to the server, one at a time.
    """

    def __init__(self, url: str, *, keeps_options: bool = True, shares: bool = False) -> None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self._server = (query["host"][0], int(query["port"][0])) if "host" in query else (parts.hostname, parts.port)
        self._keeps_options, self._shares = keeps_options, shares
        self._shared: socket.socket | None = None
        self._turn = threading.Lock()

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError, struct.error), self._connected() as server:
            self._start(client, server)
            self._shared = self._shared or server
            self._pass_on(client, self._shared if self._shares else server)

    def _connected(self) -> socket.socket:
        host, port = self._server
        if not str(host).startswith("/"):
            return socket.create_connection((str(host), int(port or 5432)))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _start(self, client: socket.socket, server: socket.socket) -> None:
        """Up to the first time that the server is ready; whoever asks for encryption goes on without it."""
        while struct.unpack("!I", (message := _exactly(client, *_length(client)))[:4])[0] != STARTUP:
            client.sendall(b"N")
        words = message[4:].split(b"\0")
        pairs = [(name, value) for name, value in zip(words[::2], words[1::2], strict=False) if name]
        kept = [pair for pair in pairs if self._keeps_options or pair[0] != b"options"]
        body = message[:4] + b"".join(name + b"\0" + value + b"\0" for name, value in kept) + b"\0"
        server.sendall(struct.pack("!I", len(body) + 4) + body)
        while True:
            kind, answer = _message(server)
            client.sendall(_packed(kind, answer))
            if kind == READY:
                return
            if kind == b"R" and struct.unpack("!I", answer[:4])[0] in {10, 11}:  # SCRAM goes back and forth
                server.sendall(_packed(*_message(client)))

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            question = _message(client)
            if question[0] == b"X":
                if server is not self._shared:
                    server.sendall(_packed(*question))
                return
            with self._turn if self._shares else threading.Lock():
                server.sendall(_packed(*question))
                while True:
                    kind, answer = _message(server)
                    client.sendall(_packed(kind, answer))
                    if kind == READY:
                        break


def _length(sender: socket.socket) -> tuple[int]:
    return (struct.unpack("!I", _exactly(sender, 4))[0] - 4,)


def _message(sender: socket.socket) -> tuple[bytes, bytes]:
    kind = _exactly(sender, 1)
    return kind, _exactly(sender, *_length(sender))


def _packed(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def _exactly(sender: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        chunk = sender.recv(count - len(received))
        if not chunk:
            raise ConnectionResetError
        received += chunk
    return received


@contextmanager
def pooled(url: str, *, keeps_options: bool = True, shares: bool = False) -> Iterator[str]:
    """The URL of such a pooler in front of the server that `url` names."""
    parts = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        pooler = Pooler(url, keeps_options=keeps_options, shares=shares)
        threading.Thread(target=pooler.serve, args=(listener,), daemon=True).start()
        login = f"{parts.username}:{parts.password}@" if parts.password else f"{parts.username}@"
        yield f"postgresql://{login}127.0.0.1:{listener.getsockname()[1]}{parts.path}"
        listener.shutdown(socket.SHUT_RDWR)
