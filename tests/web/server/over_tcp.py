"""Serve an application over real connections, and put a small reverse proxy in front of it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import uvicorn
from starlette.applications import Starlette

from web.server.connections import BACKLOG, Connection

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}


@contextmanager
def served(service: Starlette) -> Iterator[int]:
    """Serve the application as application.py does; yields its port on 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        options = uvicorn.Config(
            service, log_config=None, http=Connection, ws="none", proxy_headers=False, backlog=BACKLOG
        )
        server = uvicorn.Server(options)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.001)
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(120)


class Proxy(ThreadingHTTPServer):
    """Does what nginx does with `proxy_pass`: adds who asked, and removes the prefix `strips` from paths.

    For browsers it is https://music.example; it asks the service under the service's own address.
    """

    daemon_threads = True

    def __init__(self, port: int, strips: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream, self.strips = port, strips


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        asked_by = self.headers.get("X-Asked-By", "192.0.2.7")  # stands for the address of the browser's connection
        came_with = self.headers.get("X-Forwarded-For")
        headers = {
            **{name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP},
            "Host": f"127.0.0.1:{self.server.upstream}",
            "X-Forwarded-For": f"{came_with}, {asked_by}" if came_with else asked_by,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": self.headers["Host"],
        }
        length = int(self.headers.get("Content-Length", "0"))
        upstream = HTTPConnection("127.0.0.1", self.server.upstream, timeout=120)
        upstream.request(self.command, self.path.removeprefix(self.server.strips), self.rfile.read(length), headers)
        answer = upstream.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {*HOP_BY_HOP, "date", "server"}:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        upstream.close()

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def proxied(port: int, strips: str = "") -> Iterator[int]:
    """Run a proxy in front of the service at `port`; yields the proxy's port."""
    with Proxy(port, strips) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield proxy.server_address[1]
        finally:
            proxy.shutdown()
            thread.join(120)
