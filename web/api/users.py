"""/users: who listens here, and how much."""

from starlette.requests import Request
from starlette.responses import Response

from insights.accounts import every_account
from insights.counts import counts
from insights.reading import reading
from web.answers import answer, not_modified
from web.etags import etag
from web.one_user import names_only
from web.params import parameters
from web.services import goes_at, services
from web.shapes import user_shape
from web.visitor import readable, visitor


def users(request: Request) -> Response:
    parameters(request)
    with reading():
        accounts = list(filter(readable(request), every_account()))
        if visitor(request).is_restricted:
            return names_only(request, accounts)
        tag = etag(request, accounts)
        if unchanged := not_modified(request, tag):
            return unchanged
        counted = counts([account.id for account in accounts])
    now, base_path = services(request).now(), services(request).base_path
    shapes = [
        user_shape(account, counted[account.id], now, base_path, goes_at(request, account)) for account in accounts
    ]
    return answer(request, shapes, tag)
