"""Serve a simulated Spotify, or other simulated services, on a loopback port."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import sleep
from typing import Protocol

from demo.fake_wire import Answer

POLL = 0.05  # seconds that ending may take


class Fake(Protocol):
    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer like the real service."""


@contextmanager
def serving(fake: Fake, port: int = 0, milliseconds: int = 0) -> Iterator[str]:
    """Serve during the block; returns the base URL. Port 0 selects a free one; every answer takes `milliseconds`."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(fake, milliseconds))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(POLL,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(fake: Fake, milliseconds: int) -> type[BaseHTTPRequestHandler]:
    one_at_a_time = Lock()  # the simulated services have no locks of their own

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            sleep(milliseconds / 1000)
            with one_at_a_time:
                answer = fake.answer(self.command, self.path, dict(self.headers), body)
            with suppress(ConnectionError):  # a client that was killed
                self._send(answer)

        def _send(self, answer: Answer) -> None:
            self.send_response_only(answer.status)  # without http.server's Date: the answer has its own
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Log nothing, because people read the demo's output."""

    return Handler
