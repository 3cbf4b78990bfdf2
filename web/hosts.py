"""Answer only under the names this service was given.

A page on the internet can point its own name at 127.0.0.1 and then read what answers there (DNS rebinding); its
requests carry that name, so they are refused.
"""

from collections.abc import Iterable, Sequence

from web.errors import Problem

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
Headers = Iterable[tuple[bytes, bytes]]


class Hosts:
    """The loopback names, and those given."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = {_written(name) for name in (*LOOPBACK, *names)}

    def refusal(self, headers: Headers) -> Problem | None:
        """Why a request with these headers is not answered; None where it is."""
        given = [value for name, value in headers if name == b"host"]
        if len(given) != 1:
            return Problem(400, "A request needs exactly one Host header.")
        if _without_port(given[0].decode("latin-1").lower()) not in self.names:
            return Problem(421, "This service does not answer under this name; ALLOWED_HOSTS can allow it.")
        return None


def _written(name: str) -> str:
    """As it stands in a Host header: an IPv6 address in brackets."""
    return f"[{name}]".lower() if ":" in name and not name.startswith("[") else name.lower()


def _without_port(host: str) -> str:
    """Nor the dot with which a name that is complete can end."""
    name, colon, port = host.rpartition(":")
    return (name if colon and (port.isdigit() or not port) else host).removesuffix(".")
