"""The rate limit of expensive questions."""

from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from web.http.rate_limits import address_of, limited
from web.server.thread_pool import Handler
from web.visitors.visitor import visitor


def costly(handler: Handler) -> Handler:
    """The same handler, rate limited: a listener and their programs share one limit, others have one per address."""

    @wraps(handler)
    def answer(request: Request) -> Response:
        who = visitor(request)
        has_account = who.account_id is not None and who.via != "link"
        limited(request, "question", f"account {who.account_id}" if has_account else address_of(request))
        return handler(request)

    return answer
