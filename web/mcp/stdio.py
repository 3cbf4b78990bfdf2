"""MCP over standard input and output, for one client on this machine, with the rights of a token."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Scope

from web.http.errors import Problem
from web.http.services import services
from web.imports.body import never
from web.mcp.asking import Asking
from web.mcp.endpoint import PATH, check_reader
from web.mcp.sdk import NoSdk, mcp_server
from web.visitors.visitor import look_again, visitor


class NotServed(Exception):
    """MCP cannot be served; the sentence says why."""


def serve(service: Starlette, token: str) -> None:
    """Serve until standard input ends. Raises NotServed for a token that may read nothing, and without the SDK."""
    scope = _scope(service, token)
    request = Request(scope)
    try:
        check_reader(request)
        sdk = mcp_server()
    except (NoSdk, Problem) as error:
        raise NotServed(str(error)) from error
    server = sdk.build_server(services(request).version, visitor(request), Asking(scope, never).get)
    look_again(request)  # each call looks the token up, because it can end meanwhile
    asyncio.run(sdk.serve_over_stdio(server))


def _scope(service: Starlette, token: str) -> Scope:
    """The scope of a request from this machine that presents the token."""
    headers = [(b"host", b"127.0.0.1"), (b"authorization", f"Bearer {token}".encode("latin-1", "replace"))]
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": PATH, "query_string": b"", "headers": headers, "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0), "app": service,
    }  # fmt: skip
