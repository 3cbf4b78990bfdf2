"""/: what this is, who listens here, and where to go on."""

from starlette.requests import Request
from starlette.responses import Response

from insights.accounts import every_account
from insights.counts import counts
from insights.reading import reading
from web.answers import answer, not_modified
from web.etags import etag
from web.pages.rendering import render
from web.params import parameters
from web.services import services
from web.visitor import readable


def home(request: Request) -> Response:
    parameters(request)
    can_connect = services(request).consent is not None
    with reading():
        accounts = list(filter(readable(request, "users"), every_account()))
        tag = etag(request, accounts, can_connect)
        if unchanged := not_modified(request, tag):
            return unchanged
        counted = counts([account.id for account in accounts])
    page = render(
        "home.html",
        accounts=[(account, counted[account.id]) for account in accounts],
        plays=sum(total.plays for total in counted.values()),
        now=services(request).now(),
        version=services(request).version,
        can_connect=can_connect,
    )
    return answer(request, page, tag)
