"""Create and revoke tokens, with which programs read and change an account."""

from collections.abc import Collection, Set
from datetime import datetime

from db.people import api_tokens
from db.people.accounts import BadValue
from db.people.secrets import IssuedSecret
from people.accounts import Account
from people.actors import Actor, note
from people.visitors import KnownToken

ADMINISTER = "administer"
NOT_AN_ADMINISTRATOR = "takes an account that ADMINISTRATORS names"


def create_token(
    account: Account,
    name: str,
    scopes: Collection[str],
    questions: Collection[str] | None,
    expires_at: datetime | None,
    administrators: Set[str],
    by: Actor | None = None,
) -> IssuedSecret:
    """Create a token. `questions` are the only ones it may ask; None: all. Without `expires_at` it never expires.

    Raises BadValue and AccountError.
    """
    if ADMINISTER in scopes and account.username not in administrators:
        raise BadValue(ADMINISTER, f"The scope {ADMINISTER} {NOT_AN_ADMINISTRATOR}.")
    issued = api_tokens.make_token(account.id, name, scopes, questions, expires_at)
    note("token-made", account.username, by, token=issued.number)
    return issued


def revoke_token(account: Account, number: int, by: Actor | None = None) -> str:
    """Refuse the token from now on, and every token it was exchanged for; returns its name. Raises AccountError."""
    name = api_tokens.revoke_token(account.id, number)
    note("token-revoked", account.username, by, token=number)
    return name


def note_exchange(token: KnownToken) -> None:
    """Write the audit line of a program that has exchanged its token for a short-lived one."""
    note("token-exchanged", token.username, token=token.id)
