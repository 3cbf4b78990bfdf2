"""Serve a pretend Spotify, or other pretend services, on a loopback port: all that each is under one address."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Protocol

from demo.fake_wire import Answer


class Fake(Protocol):
    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What the real one would answer."""


@contextmanager
def serving(fake: Fake, port: int = 0) -> Iterator[str]:
    """The base address while the block lasts; port 0 takes any free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(fake))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    one_at_a_time = Lock()  # they are plain Python without locks of their own

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            with one_at_a_time:
                answer = fake.answer(self.command, self.path, dict(self.headers), body)
            self.send_response_only(answer.status)  # our answers have a date of their own
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Quiet: what a demo prints is for people."""

    return Handler
