"""/now/<username>: what an account plays now."""

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from web.accounts.now_playing import now_playing
from web.handlers.params import asked_account, parameters
from web.http.answers import plain_answer
from web.http.errors import no_account
from web.http.services import services
from web.visitors.visitor import visitor


def now(request: Request) -> Response:
    """204 if nothing plays, or if the account hides any plays and the visitor is not its listener."""
    parameters(request)
    with reading():
        account = asked_account(request)
        if visitor(request).is_restricted:
            raise no_account(account.username)
        playing = now_playing(visitor(request), account, services(request).now())
    if playing is None:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return plain_answer(playing)
