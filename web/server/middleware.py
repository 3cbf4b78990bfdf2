"""The middleware around every request and answer: one layer, because each layer costs time."""

import time
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from web.http.cross_origin import CrossOrigin
from web.http.errors import Problem, problem_response, refused
from web.http.hosts import AllowedHosts, drop_empty_port
from web.http.proxies import TrustedProxies
from web.http.rate_limits import rate_limit_headers
from web.http.security import raw_headers
from web.languages.sentences import Sentence
from web.server.access_log import AccessLog
from web.server.refusing import Handlers, Refused, Refusing, Sending
from web.server.request_metrics import RequestMetrics

MOST_QUERY = 4096  # bytes
TOO_LONG = Sentence("The query is too long: at most %(most)s bytes are allowed.", most=MOST_QUERY)
NO_HANDLERS: Handlers = {}


async def as_problem(request: Request, error: Exception) -> Response:
    return refused(request, error)


class RequestMiddleware:
    """Reads forwarded headers, strips the base path, checks the host, adds headers, and writes log and metrics.

    `refused` answers a query that is too long, and `handlers` the errors that the application raises.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Sequence[str],
        proxies: Sequence[str],
        base_path: str,
        metrics: RequestMetrics,
        *,
        over_https: bool,
        refused: Refused = as_problem,
        handlers: Handlers = NO_HANDLERS,
        cors_origins: Sequence[str] = (),
    ) -> None:
        self.app, self._refused, self._refusing = app, refused, Refusing(app, handlers)
        self._hosts, self._proxies, self._base_path = AllowedHosts(hosts), TrustedProxies(proxies), base_path
        self._headers, self._cross_origin = raw_headers(over_https=over_https), CrossOrigin(cors_origins)
        self._log, self._metrics = AccessLog(), metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            self._log.write()  # the service is shutting down

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending, began = Sending(scope, send, self._more_headers), time.perf_counter()
        try:
            if problem := self._refusal(scope):
                await problem_response(scope, problem)(scope, receive, sending.send)
            elif preflight := self._cross_origin.preflight(scope):
                await preflight(scope, receive, sending.send)
            elif len(scope["query_string"]) > MOST_QUERY:
                response = await self._refused(Request(scope), Problem(400, TOO_LONG))
                await response(scope, receive, sending.send)
            else:
                await self._refusing.answer(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            self._log.note(scope["method"], scope["path"], sending.status, seconds)
            self._metrics.note(scope, sending.status, seconds)

    def _more_headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The headers that are added to every answer."""
        more = [*rate_limit_headers(scope), *self._cross_origin.headers(scope)]
        return [*self._headers, *more] if more else self._headers

    def _refusal(self, scope: Scope) -> Problem | None:
        """Why the host is refused, if it is. First, changes `scope` to what the client asked for."""
        self._proxies.apply(scope)
        drop_empty_port(scope)
        if self._base_path:
            self._strip_base_path(scope)
        return self._hosts.refusal(scope["headers"])

    def _strip_base_path(self, scope: Scope) -> None:
        """A proxy may have done so already: both are accepted."""
        scope["base_path"] = self._base_path
        path: str = scope["path"]
        if path == self._base_path or path.startswith(f"{self._base_path}/"):
            scope["path"] = path.removeprefix(self._base_path) or "/"
