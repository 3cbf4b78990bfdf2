"""What every request passes on its way in and every answer on its way out: one layer, for each costs its share."""

import time
from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.http.errors import Problem, problem_response
from web.http.hosts import Hosts, drop_empty_port
from web.http.proxies import Proxies
from web.http.security import raw_headers
from web.server.access_log import AccessLog
from web.server.request_metrics import Traffic

MOST_QUERY = 4096  # bytes


class Door:
    """Sees through proxies, takes the base path away, refuses foreign hosts, adds security's headers, keeps the log."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: Sequence[str],
        proxies: Sequence[str],
        base_path: str,
        traffic: Traffic,
        *,
        over_https: bool,
    ) -> None:
        self.app = app
        self._hosts, self._proxies, self._base_path = Hosts(hosts), Proxies(proxies), base_path
        self._headers = raw_headers(over_https=over_https)
        self._log, self._traffic = AccessLog(), traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            self._log.write()  # the service ends

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, began = 500, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *self._headers]  # no answer of ours has them already
            await send(message)

        try:
            if problem := self._refusal(scope):
                await problem_response(scope, problem)(scope, receive, sending)
            else:
                await self.app(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            self._log.note(scope["method"], scope["path"], status, seconds)
            self._traffic.note(scope, status, seconds)

    def _refusal(self, scope: Scope) -> Problem | None:
        """Why the request is not let in, after `scope` was made to say how it was meant."""
        self._proxies.look_behind(scope)
        drop_empty_port(scope)
        if self._base_path:
            self._take_base_path_away(scope)
        if len(scope["query_string"]) > MOST_QUERY:
            return Problem(400, f"The query is too long: it takes {MOST_QUERY} bytes at most.")
        return self._hosts.refusal(scope["headers"])

    def _take_base_path_away(self, scope: Scope) -> None:
        """A proxy may have done so already: both are understood."""
        scope["base_path"] = self._base_path
        path: str = scope["path"]
        if path == self._base_path or path.startswith(f"{self._base_path}/"):
            scope["path"] = path.removeprefix(self._base_path) or "/"
