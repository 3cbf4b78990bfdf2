"""Create and revoke links, with which other people read part of an account."""

from db.people import share_links
from db.people.secrets import IssuedSecret
from db.people.share_links import LinkScope
from people.accounts import Account
from people.actors import Actor, note


def create_link(account: Account, scope: LinkScope, days: int, by: Actor | None = None) -> IssuedSecret:
    """Create a link that works for this number of days. Raises AccountError."""
    issued = share_links.make_link(account.id, scope, days)
    note("link-made", account.username, by, **_facts(scope))
    return issued


def _facts(scope: LinkScope) -> dict[str, str]:
    shows = "sums only" if scope.redacted else "everything"
    return {"question": scope.as_stored or "any", "period": scope.period or "any", "shows": shows}


def revoke_link(account: Account, number: int, by: Actor | None = None) -> None:
    """Revoke the link. Raises AccountError."""
    share_links.take_back_link(account.id, number)
    note("link-taken-back", account.username, by, link=number)
