"""POST /mcp: MCP's streamable HTTP, for programs with a token. Each request stands for itself."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from web.handlers.forms import CLOSE, JSON, read_body
from web.http.errors import Problem
from web.http.services import services
from web.imports.body import never
from web.listenbrainz.asking import count_player
from web.mcp.asking import Asking
from web.mcp.sdk import NoSdk, mcp_server
from web.server.thread_pool import ThreadPool
from web.visitors.credentials import presented
from web.visitors.visitor import READ, visitor

PATH = "/mcp"
MOST_BODY = 64 * 1024
NEEDS_TOKEN = {"WWW-Authenticate": "Bearer"}
UNIDENTIFIED = "Send `Authorization: Bearer` with a token that has the scope `read`."
NO_SCOPE = "This token may not read statistics: it needs the scope `read`."


def mcp_route(pool: ThreadPool) -> Route:
    return Route(PATH, _Endpoint(pool), methods=["POST"])


class _Endpoint:
    """Other sites' pages cannot send a token's header, so there is no check for forged requests (CSRF)."""

    def __init__(self, pool: ThreadPool) -> None:
        self._pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await self._pool.answer(_checked, Request(scope, never))
        body = await read_body(request, MOST_BODY)
        server = mcp_server().build_server(services(request).version, visitor(request), Asking(scope, receive).get)
        await mcp_server().answer_over_http(server, scope, _replaying(body, receive), send)


def _checked(request: Request) -> Response:
    """Check the request in a thread: look up the token, count the request, and import the SDK. Raises Problem."""
    check_reader(request)
    count_player(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Problem(415, f"This address takes {JSON}; set Content-Type to it.", headers=CLOSE)
    try:
        mcp_server()
    except NoSdk as error:
        raise Problem(501, str(error)) from error
    return Response()


def check_reader(request: Request) -> None:
    """Raises Problem 401, 403, 429."""
    if presented(request) != "token":
        raise Problem(401, UNIDENTIFIED, headers=NEEDS_TOKEN)
    if READ not in visitor(request).scopes:
        raise Problem(403, NO_SCOPE)


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Receives the body that has already been read, and then what follows."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return left.pop() if left else await receive()

    return replayed
