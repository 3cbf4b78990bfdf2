"""Answer only under the names this service was given.

A page on the internet can point its own name at 127.0.0.1 and then read what answers there (DNS rebinding); its
requests carry that name, so they are refused.
"""

from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from web.errors import Problem, problem_response

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class AllowedHosts:
    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self.app = app
        self.names = {_written(name) for name in (*LOOPBACK, *names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
            if problem := self._refusal(given):
                await problem_response(scope, problem)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _refusal(self, given: Sequence[str]) -> Problem | None:
        if len(given) != 1:
            return Problem(400, "A request needs exactly one Host header.")
        if _without_port(given[0].lower()) not in self.names:
            return Problem(421, "This service does not answer under this name; ALLOWED_HOSTS can allow it.")
        return None


def _written(name: str) -> str:
    """As it stands in a Host header: an IPv6 address in brackets."""
    return f"[{name}]".lower() if ":" in name and not name.startswith("[") else name.lower()


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
