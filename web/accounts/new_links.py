"""Create share links that show something: their scope is checked against the existing questions."""

from typing import NamedTuple

from db.people.accounts import AccountError
from db.people.share_links import LinkScope
from people import links
from people.accounts import Account
from people.actors import Actor
from web.openapi.question_names import first_page, why_nothing_is_left


class NewLink(NamedTuple):
    """`path` is the address to share, without the origin and the base path."""

    number: int
    path: str


class NothingLeft(AccountError):
    """A link of this scope would show nothing."""


def create_link(account: Account, scope: LinkScope, days: int, by: Actor | None = None) -> NewLink:
    """A new link that works for `days` days. Raises NothingLeft and AccountError."""
    if why := why_nothing_is_left(scope.questions, scope.period, redacted=scope.redacted):
        raise NothingLeft(why)
    link = links.create_link(account, scope, days, by)
    first = first_page(scope.questions, scope.period, redacted=scope.redacted)
    return NewLink(link.number, f"/{first}/{account.username}?share={link.secret.text}")
