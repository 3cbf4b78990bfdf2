"""/: what this is, who listens here, and where to go on."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from insights.accounts import KnownAccount, every_account
from insights.counts import counts
from insights.newcomers import newcomers
from insights.reading import reading
from web.answers import answer, not_modified
from web.csrf import csrf_token
from web.etags import etag
from web.locality import is_from_this_machine
from web.pages.rendering import render
from web.params import parameters
from web.services import services
from web.visitor import readable, visitor

NO_ACCOUNT = "There is no account yet. Name the listeners in USERNAMES, separated by commas, and start again."
NONE_TO_SEE = "No account here is public. Sign in to see your own; whoever runs this service can invite you."


def home(request: Request) -> Response:
    parameters(request)
    can_connect = services(request).consent is not None
    who, csrf = visitor(request), csrf_token(request)
    with reading():
        every = every_account()
        accounts = list(filter(readable(request, "users"), every))
        new = newcomers() if can_connect and is_from_this_machine(request) else []
        tag = etag(request, accounts, can_connect, not every, csrf, new)
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
        connectable=[*new, *_own_to_renew(request, accounts)] if can_connect else (),
        unseen=_unseen(new, accounts),
        why_empty=NONE_TO_SEE if every else NO_ACCOUNT,
        signed_in_as=who.username if who.via == "session" else None,
        csrf=csrf,
        base_path=services(request).base_path,
    )
    return answer(request, page, tag)


def _own_to_renew(request: Request, accounts: Sequence[KnownAccount]) -> list[str]:
    who = visitor(request)
    return [account.username for account in accounts if who.is_owner(account) and not account.connected]


def _unseen(new: Sequence[str], accounts: Sequence[KnownAccount]) -> list[str]:
    """Those who wait to be connected from this machine, and whose accounts are not shown for being private."""
    shown = {account.username for account in accounts}
    return [username for username in new if username not in shown]
