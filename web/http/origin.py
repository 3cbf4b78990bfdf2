"""The origin at which a visitor reaches the service, in the form that browsers use.

A Host header may name the scheme's own port, as some proxies do, or an empty one (RFC 9110: `example.org:`).
"""

from urllib.parse import urlsplit

from starlette.requests import Request

DEFAULT_PORTS = {"http": "80", "https": "443"}


def own_origin(request: Request) -> str:
    """The beginning of all addresses that we give out, as in https://music.example or https://music.example:8443."""
    return _written(request.url.scheme, request.url.netloc)


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return _written(parts.scheme, parts.netloc)


def _written(scheme: str, netloc: str) -> str:
    name, colon, port = netloc.lower().rpartition(":")
    is_needless = colon and port in {"", DEFAULT_PORTS.get(scheme)}
    return f"{scheme}://{name if is_needless else netloc.lower()}"
