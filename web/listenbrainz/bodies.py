"""Requests with a large body: the sender is checked before it is read, so that nobody else costs us memory."""

from collections.abc import Callable, Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from web.handlers.forms import read_body
from web.imports.body import never
from web.listenbrainz.turns import Turns
from web.server.thread_pool import Handler, ThreadPool
from web.visitors.visitor import CACHED, Visitor

BodyHandler = Callable[[bytes, Request], Response]
Check = Callable[[Request], None]


def body_route(
    path: str,
    handler: BodyHandler,
    pool: ThreadPool,
    most: int,
    check: Check | None = None,
    methods: Sequence[str] = ("POST",),
) -> Route:
    """A route whose `handler` gets a body of at most `most` bytes, unless `check` raises an error."""
    return Route(path, _Endpoint(handler, pool, most, check), methods=list(methods))


class _Endpoint:
    def __init__(self, handler: BodyHandler, pool: ThreadPool, most: int, check: Check | None) -> None:
        self._handler, self._pool, self._most, self._check = handler, pool, most, check
        self._turns = Turns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._check is not None:
            await self._in_thread(partial(_checked, self._check), scope)
        request = Request(scope, receive)
        async with self._turns.turn(request, _account(scope)):
            body = await read_body(request, self._most)
            response = await self._in_thread(partial(self._handler, body), scope)
        await response(scope, receive, send)

    async def _in_thread(self, handler: Handler, scope: Scope) -> Response:
        """Run it in a thread. The pool must not read the body, as it usually does to notice clients that have left."""
        return await self._pool.answer(handler, Request(scope, never))


def _account(scope: Scope) -> int | None:
    """The account that `check` found to be the sender."""
    who: Visitor | None = scope.get(CACHED)
    return who.account_id if who else None


def _checked(check: Check, request: Request) -> Response:
    check(request)
    return Response()
