"""Refuse requests for host names that are not configured.

A page on the internet can point its own name at 127.0.0.1 and then read the answers (DNS rebinding). Its requests carry
that name, so they are refused.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from starlette.types import Scope

from web.http.errors import Problem

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
MOST_KNOWN = 64  # Host headers that are remembered
Headers = Iterable[tuple[bytes, bytes]]


class AllowedHosts:
    """The loopback names, and those that are configured."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = {_written(name) for name in (*LOOPBACK, *names)}
        self._is_allowed = lru_cache(MOST_KNOWN)(self._has)

    def refusal(self, headers: Headers) -> Problem | None:
        """Why a request with these headers is refused; None if it is allowed."""
        hosts = [value for name, value in headers if name == b"host"]
        if len(hosts) != 1:
            return Problem(400, "A request needs exactly one Host header.")
        if not self._is_allowed(hosts[0]):
            return Problem(421, "This service does not answer under this name; ALLOWED_HOSTS can allow it.")
        return None

    def _has(self, host: bytes) -> bool:
        return _without_port(host.decode("latin-1").lower()) in self.names


def _written(name: str) -> str:
    """As in a Host header: an IPv6 address in brackets."""
    return f"[{name}]".lower() if ":" in name and not name.startswith("[") else name.lower()


def drop_empty_port(scope: Scope) -> None:
    """`example.org:` means example.org (RFC 9110), but code further on would build wrong addresses from it."""
    for name, value in scope["headers"]:
        if name == b"host" and value.endswith(b":"):
            scope["headers"] = [
                (name, value.removesuffix(b":") if name == b"host" else value) for name, value in scope["headers"]
            ]
            return


def _without_port(host: str) -> str:
    """The host without its port, and without the dot at the end of a fully qualified name."""
    name, colon, port = host.rpartition(":")
    return (name if colon and _is_port(port) else host).removesuffix(".")


def _is_port(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 6 and int(text) < 65536)
