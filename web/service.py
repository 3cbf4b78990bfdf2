"""The web application, put together."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import Lifespan

from web.access import AccessLog
from web.errors import HANDLERS
from web.hosts import AllowedHosts
from web.limits import Limits
from web.routes import routes
from web.security import SecurityHeaders
from web.services import Services

THREADS = 8  # handlers at work at once, each with a connection


def web_service(
    services: Services, allowed_hosts: Sequence[str] = (), lifespan: Lifespan[Starlette] | None = None
) -> Starlette:
    """What answers over HTTP, under loopback names and `allowed_hosts`."""
    service = Starlette(
        routes=routes(THREADS),
        middleware=[
            Middleware(AccessLog),
            Middleware(SecurityHeaders),
            Middleware(AllowedHosts, names=allowed_hosts),
        ],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    service.state.services = services
    service.state.limits = Limits()
    # A path with a slash too many is another address: 404 in our own shape, not a redirect.
    service.router.redirect_slashes = False
    return service
