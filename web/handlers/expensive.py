"""The rate limit of expensive questions."""

from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from web.http.rate_limits import address_of, limited
from web.server.thread_pool import Handler
from web.visitors.visitor import visitor


def costly(handler: Handler) -> Handler:
    """The same handler, limited to some requests per minute."""

    @wraps(handler)
    def answer(request: Request) -> Response:
        count_costly(request)
        return handler(request)

    return answer


def count_costly(request: Request) -> None:
    """Count an expensive question: for an account's listener and programs together, or else for an address.

    Raises Problem 429.
    """
    who = visitor(request)
    is_known = who.account_id is not None and who.via != "link"
    limited(request, "question", f"account {who.account_id}" if is_known else address_of(request))
