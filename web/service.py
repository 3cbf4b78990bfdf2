"""The web application, assembled from its parts."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.types import Lifespan

from web.http.errors import HANDLERS, REFUSALS
from web.http.rate_limits import RateLimits
from web.http.services import Services
from web.pages.question_addresses import UnknownAddress
from web.pages.refusals import lone_refusal
from web.routes import routes
from web.server.middleware import RequestMiddleware
from web.server.request_metrics import RequestMetrics
from web.server.router import FirstWordRouter
from web.server.thread_pool import QUESTION_SECONDS, ThreadPool

THREADS = 8  # of the thread pool, each with a database connection


def web_service(
    services: Services,
    allowed_hosts: Sequence[str] = (),
    lifespan: Lifespan[Starlette] | None = None,
    *,
    proxies: Sequence[str] = (),
    over_https: bool = False,
    question_seconds: float = QUESTION_SECONDS,
    cors_origins: Sequence[str] = (),
) -> Starlette:
    """The application, which answers under loopback names and `allowed_hosts`.

    `proxies` are addresses and networks of trusted proxies, whose forwarded headers count. `over_https`: visitors reach
    it over HTTPS. A question that takes longer than `question_seconds` is cancelled. Pages of `cors_origins` may read
    the answers.
    """
    metrics, service = RequestMetrics(), Starlette()
    unknown = UnknownAddress(ThreadPool(1, question_seconds))
    service.router = FirstWordRouter(routes(THREADS, question_seconds, is_demo=services.is_demo), unknown, lifespan)
    service.middleware_stack = RequestMiddleware(
        service.router.app,
        allowed_hosts,
        proxies,
        services.base_path,
        metrics,
        over_https=over_https,
        refused=lone_refusal,
        cors_origins=cors_origins,
        handlers={**HANDLERS, **dict.fromkeys((*REFUSALS, HTTPException, Exception), lone_refusal)},
    )
    service.state.services, service.state.request_metrics = services, metrics
    service.state.limits = RateLimits()
    return service
