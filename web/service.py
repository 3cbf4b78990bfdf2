"""The web application, put together."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import Lifespan

from web.http.errors import HANDLERS
from web.http.rate_limits import Limits
from web.http.services import Services
from web.pages.question_addresses import UnknownAddress
from web.routes import routes
from web.server.middleware import Door
from web.server.request_metrics import Traffic
from web.server.thread_pool import QUESTION_SECONDS, Workers

THREADS = 8  # handlers at work at once, each with a connection


def web_service(
    services: Services,
    allowed_hosts: Sequence[str] = (),
    lifespan: Lifespan[Starlette] | None = None,
    *,
    proxies: Sequence[str] = (),
    over_https: bool = False,
    question_seconds: float = QUESTION_SECONDS,
) -> Starlette:
    """What answers over HTTP, under loopback names and `allowed_hosts`.

    `proxies` are addresses and networks of those whose forwarded headers are believed; `over_https`: that is how people
    reach it. A question that takes longer than `question_seconds` is stopped.
    """
    traffic = Traffic()
    door = Middleware(Door, allowed_hosts, proxies, services.base_path, traffic, over_https=over_https)
    addresses = routes(THREADS, question_seconds)
    service = Starlette(routes=addresses, middleware=[door], exception_handlers=HANDLERS, lifespan=lifespan)
    service.state.services, service.state.traffic = services, traffic
    service.state.limits = Limits()
    # A path with a slash too many is another address: 404 in our own shape, not a redirect.
    service.router.redirect_slashes = False
    service.router.default = UnknownAddress(Workers(1, question_seconds))
    return service
