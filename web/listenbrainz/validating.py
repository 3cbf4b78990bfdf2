"""GET /1/validate-token: whether a token is valid, and whose it is."""

from starlette.requests import Request
from starlette.responses import Response

from web.answer_types.submissions import TokenValidity
from web.handlers.params import parameters
from web.http.answers import plain_answer
from web.http.errors import Problem
from web.http.rate_limits import limited
from web.listenbrainz.asking import LIMIT
from web.visitors.credentials import presented
from web.visitors.visitor import visitor

ANONYMOUS = "Send `Authorization: Token` with the token to look at."


def validate_token(request: Request) -> Response:
    """200 also for an invalid token, as ListenBrainz answers. Raises Problem 400, 429."""
    parameters(request)
    if presented(request) not in {"token", "basic"}:
        raise Problem(400, ANONYMOUS)
    return plain_answer(_validity(request))


def _validity(request: Request) -> TokenValidity:
    try:
        who = visitor(request)
    except Problem as problem:
        if problem.status != 401:
            raise
        return TokenValidity(200, "Token invalid.", valid=False)
    limited(request, LIMIT, f"validating {who.account_id}")  # apart: players validate to see whether they may continue
    return TokenValidity(200, "Token valid.", valid=True, user_name=who.username or "")
