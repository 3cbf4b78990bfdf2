"""Programs' tokens: made for a listener, shown once, good until they expire or are revoked."""

import re
from collections.abc import Collection
from datetime import datetime

from db.engine.connection import database, row, rows
from db.people.accounts import AccountError
from db.people.secrets import TOKEN, Secret, new_secret

SCOPES = ("read", "submit", "administer")
LONGEST_NAME = 60
QUESTION = re.compile(r"[a-z]+(-[a-z]+)*")

MAKE = """
    INSERT INTO api_token (account_id, name, token_hash, scopes, questions, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s)
"""
REVOKE = """
    UPDATE api_token SET revoked_at = now() WHERE account_id = %s AND id = %s AND revoked_at IS NULL RETURNING name
"""


def make_token(
    account_id: int,
    name: str,
    scopes: Collection[str],
    questions: Collection[str] | None = None,
    expires_at: datetime | None = None,
) -> Secret:
    """A new token; its text can be had only now. `questions` are the only ones it may ask, None: all.

    It never expires where `expires_at` is None. Raises AccountError for what no token can be made of.
    """
    secret = new_secret(TOKEN, account_id)
    allowed = None if questions is None else _questions(questions, scopes)
    values = (account_id, _name(name), secret.hash, _scopes(scopes), allowed, expires_at)
    database.execute_sql(MAKE, values)
    return secret


def number_of(made: Secret) -> int:
    """The number of a token just made, which is its name for OAuth ("client_id") and for whoever revokes it."""
    ((number,),) = rows(
        "SELECT id FROM api_token WHERE account_id = %s AND token_hash = %s", made.account_id, made.hash
    )
    return int(number)


def revoke_token(account_id: int, token_id: int) -> str:
    """Refuse the token from now on, and what was exchanged for it; returns its name. Raises AccountError."""
    revoked = row(REVOKE, account_id, token_id)
    if revoked is None:
        raise AccountError(f"There is no token {token_id} that could be revoked; the list of tokens has their numbers.")
    return str(revoked[0])


def _name(name: str) -> str:
    given = name.strip()
    if not given.isprintable() or not 0 < len(given) <= LONGEST_NAME:
        raise AccountError(f"A token's name takes 1 to {LONGEST_NAME} readable characters, as in: phone.")
    return given


def _scopes(scopes: Collection[str]) -> list[str]:
    if not scopes or not set(scopes) <= set(SCOPES):
        raise AccountError(f"A token takes at least one of the scopes {', '.join(SCOPES)}, and no other.")
    return [scope for scope in SCOPES if scope in scopes]


def _questions(questions: Collection[str], scopes: Collection[str]) -> list[str]:
    if not questions or not all(map(QUESTION.fullmatch, questions)):
        raise AccountError("A token's questions are named by the first words of their addresses, as in: top-tracks.")
    if "read" not in scopes:
        raise AccountError("Only a token with the scope read asks questions: give it that, or name no question.")
    return sorted(set(questions))
