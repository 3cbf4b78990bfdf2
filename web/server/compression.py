"""Compression with Zstandard, Brotli or gzip, in the thread that made the answer.

Answers with a secret stay uncompressed: an attacker who controls part of an answer and sees its length on the wire
could guess the rest letter by letter (BREACH). Secrets are in answers that may not be stored, such as new API tokens,
and in answers that set cookies. The CSRF tokens in pages are masked (web/visitors/csrf.py).
"""

from collections.abc import Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware

LEAST, MOST = 1024, 8 * 1024 * 1024  # bytes: smaller answers gain nothing, larger ones take too long
RESPONSE = "insight.response"


def compressed(request: Request, response: Response) -> Response:
    """The same answer, compressed if that helps, is safe, and the client accepts it."""
    if not _is_worth_while(response) or not _accepts_any(request) or _may_hold_secrets(response):
        return response
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    _run(COMPRESS({**request.scope, RESPONSE: response}, request.receive, keep))
    start, body = messages
    smaller = Response(body["body"], start["status"])
    smaller.raw_headers = start["headers"]
    names = smaller.headers.get("vary", "Accept-Encoding").split(", ")  # may hold names twice
    smaller.headers["vary"] = ", ".join(dict.fromkeys(names))
    return smaller


def _is_worth_while(response: Response) -> bool:
    """Whether it is a whole answer, not a stream, and neither too small nor too large."""
    return response.status_code == 200 and LEAST <= len(getattr(response, "body", b"")) <= MOST


def _accepts_any(request: Request) -> bool:
    return any(name == b"accept-encoding" for name, _ in request.scope["headers"])


def _may_hold_secrets(response: Response) -> bool:
    headers = response.headers
    return "set-cookie" in headers or "no-store" in headers.get("cache-control", "no-store")


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    await scope[RESPONSE](scope, receive, send)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never waits to its end, without an event loop."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise RuntimeError("Compression must not wait for anything.")


COMPRESS = CompressMiddleware(_answer, minimum_size=LEAST, zstd_level=3, brotli_quality=4, gzip_level=5)
