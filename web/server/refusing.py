"""The answers to errors that handlers raise, in place of Starlette's two layers of middleware."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Refused = Callable[[Request, Exception], Awaitable[Response]]
Handlers = Mapping[type[Exception], Refused]


class Sending:
    """Sends an answer, and knows whether it has begun, and its status (500 until then)."""

    __slots__ = ("_headers_of", "_scope", "_send", "has_begun", "status")

    def __init__(self, scope: Scope, send: Send, headers_of: Callable[[Scope], list[tuple[bytes, bytes]]]) -> None:
        self._scope, self._send, self._headers_of = scope, send, headers_of
        self.status, self.has_begun = 500, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.has_begun = message["status"], True
            message["headers"] = [*message.get("headers", ()), *self._headers_of(self._scope)]
        await self._send(message)


class Refusing:
    """Answers an error that `app` raises with the handler of its nearest class.

    The handler of Exception is for our own faults, which are raised again, so that the server logs them.
    """

    def __init__(self, app: ASGIApp, handlers: Handlers) -> None:
        self._app, self._handlers = app, handlers

    async def answer(self, scope: Scope, receive: Receive, sending: Sending) -> None:
        """Raises our own faults again, after answering them."""
        try:
            await self._answer(scope, receive, sending)
        except Exception as fault:
            if not sending.has_begun and Exception in self._handlers:
                await self._respond(Exception, fault, scope, receive, sending)
            raise

    async def _answer(self, scope: Scope, receive: Receive, sending: Sending) -> None:
        try:
            await self._app(scope, receive, sending.send)
        except Exception as error:
            kind = next((kind for kind in type(error).__mro__ if kind in self._handlers), Exception)
            if kind is Exception or sending.has_begun:
                raise
            await self._respond(kind, error, scope, receive, sending)
            error.__traceback__ = None  # its frames hold the error: neither would be freed at once

    async def _respond(
        self, kind: type[Exception], error: Exception, scope: Scope, receive: Receive, sending: Sending
    ) -> None:
        response = await self._handlers[kind](Request(scope, receive), error)
        await response(scope, receive, sending.send)
