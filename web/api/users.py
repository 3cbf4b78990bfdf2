"""/users: the accounts, and how much each has played."""

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from insights.plays.counts import counts
from people.accounts import all_accounts
from web.accounts.user import names_only, shown_user
from web.handlers.params import parameters
from web.http.answers import answer, not_modified
from web.http.etags import etag
from web.http.services import services, spotify_data_deleted_at
from web.visitors.visitor import readable, visitor


def users(request: Request) -> Response:
    parameters(request)
    with reading():
        accounts = list(filter(readable(request), all_accounts()))
        if visitor(request).is_restricted:
            return names_only(request, accounts)
        tag = etag(request, accounts)
        if unchanged := not_modified(request, tag):
            return unchanged
        counted = counts([account.id for account in accounts])
    now, base_path = services(request).now(), services(request).base_path
    shown = [
        shown_user(account, counted[account.id], now, base_path, spotify_data_deleted_at(request, account))
        for account in accounts
    ]
    return answer(request, shown, tag)
