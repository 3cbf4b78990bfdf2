"""Who makes a change, and the audit line that says so."""

import msgspec

import audit
from people.accounts import Account


class Actor(msgspec.Struct, frozen=True):
    """The account that makes a change over HTTP. A change at the terminal has no actor: everything is allowed there.

    `in_person`: signed in with a browser, and not a program with a token. `administrators` are usernames.
    """

    username: str
    in_person: bool = True
    administrators: frozenset[str] = frozenset()

    def owns(self, account: Account) -> bool:
        """Whether this is the listener of the account, in person."""
        return self.in_person and self.username == account.username


def note(event: audit.Event, username: str | None, by: Actor | None = None, **more: str | int) -> None:
    """Write the audit line of a change that has just been made; call it after the transaction."""
    actor = {"by": by.username} if by else {}
    audit.note(event, username, **more, **actor)
