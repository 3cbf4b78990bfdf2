"""One account as JSON, as far as the visitor may see it."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from insights.plays.counts import counts
from people.accounts import Account
from people.former_usernames import former_usernames
from web.accounts.account_status import standing_shape
from web.http.answers import answer, not_modified
from web.http.etags import etag
from web.http.json_shapes import user_shape
from web.http.services import goes_at, services
from web.visitors.administrators import is_administrator
from web.visitors.visitor import readable, visitor

WHEN_HEARD = {"first_played_at": None, "last_played_at": None}


def one_user_shape(request: Request, account: Account) -> dict[str, object]:
    """A row of /users, with `standing` for its listener and for administrators. Needs an open connection.

    Administrators who may not read the account do not see when the listener listened.
    """
    known, who = services(request), visitor(request)
    now, may_read = known.now(), readable(request)(account)
    goes = goes_at(request, account)
    shape = user_shape(account, counts([account.id])[account.id], now, known.base_path, goes)
    if not may_read:
        shape |= WHEN_HEARD
    is_own = may_read and who.account_id == account.id and who.via != "link"
    if is_own or is_administrator(request):
        shape["standing"] = standing_shape(account, former_usernames(account.id), now, goes)
    return shape


def name_only(request: Request, account: Account) -> Response:
    """For a link that may show nothing else of the account: no sums of all time, and no last play."""
    return _named(request, {"username": account.username})


def names_only(request: Request, accounts: Sequence[Account]) -> Response:
    """The same as a list."""
    return _named(request, [{"username": account.username} for account in accounts])


def _named(request: Request, body: object) -> Response:
    tag = etag(request, [], body)
    return not_modified(request, tag) or answer(request, body, tag)
