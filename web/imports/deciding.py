"""POST /account/import/go-on, /account/import/stop: decide about what is under way."""

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from people.accounts import Account
from web.imports.own import back, background, sent_by_own


@sent_by_own
def go_on(request: Request, own: Account) -> Response:
    """Import files although they look like somebody else's."""
    with reading():
        background(request).agree(own.id)
    return back(request)


@sent_by_own
def stop(request: Request, own: Account) -> Response:
    """Give up what is under way; nothing of it is stored."""
    with reading():
        background(request).give_up(own.id)
    return back(request)
