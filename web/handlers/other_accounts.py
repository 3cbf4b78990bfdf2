"""The other accounts that a visitor may read, to switch to or to compare with."""

from starlette.requests import Request

from people.accounts import Account, all_accounts
from web.visitors.visitor import readable, visitor


def other_accounts(request: Request, account: Account, question: str) -> list[Account]:
    """The accounts about which the visitor may ask this question; none for a link, which shows one account only."""
    if visitor(request).via == "link":
        return []
    may_read = readable(request, question)
    return [other for other in all_accounts() if other.id != account.id and may_read(other)]
