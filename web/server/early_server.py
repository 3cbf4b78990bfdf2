"""Serve a small application on a socket from a thread, while the main thread prepares the real one."""

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from web.server.connections import Connection

GRACE_SECONDS = 2  # for requests in progress at the end


@contextmanager
def meanwhile(application: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Serve until the block ends. The socket stays open: later connections wait for the next server."""
    options = uvicorn.Config(
        application,
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=Connection,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server, own = uvicorn.Server(options), listener.dup()  # it closes the socket that it is given
    thread = threading.Thread(target=_serve, args=(server, own), name="start page", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(GRACE_SECONDS + 5)


def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    asyncio.run(server.serve(sockets=[listener]))
