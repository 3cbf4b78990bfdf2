"""Tokens for programs: shown once when they are created, and valid until they expire or are revoked."""

import re
from collections.abc import Collection
from datetime import datetime

from db.engine.connection import row, rows
from db.people.accounts import AccountError
from db.people.secrets import TOKEN, IssuedSecret, new_secret

WIDGET = "widget"
SCOPES = ("read", "submit", "administer", WIDGET)
# How a token of the scope `widget` was once stored: as one that reads only a question that does not exist.
FORMER_WIDGET = (["read"], [WIDGET])
LONGEST_NAME = 60
QUESTION = re.compile(r"[a-z]+(-[a-z]+)*")

MAKE = """
    INSERT INTO api_token (account_id, name, token_hash, scopes, questions, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s) RETURNING id
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
) -> IssuedSecret:
    """Create a token, whose text is stored nowhere. `questions` are the only ones it may ask; None: all.

    Without `expires_at` it never expires. Raises AccountError for a value that no token can have.
    """
    secret = new_secret(TOKEN, account_id)
    values = (account_id, _name(name), secret.hash, *_checked(scopes, questions), expires_at)
    ((number,),) = rows(MAKE, *values)
    return IssuedSecret(int(number), secret)


def revoke_token(account_id: int, token_id: int) -> str:
    """Refuse the token from now on, and every token it was exchanged for; returns its name. Raises AccountError."""
    revoked = row(REVOKE, account_id, token_id)
    if revoked is None:
        raise AccountError(
            f"There is no token {token_id} that could be revoked; the list of tokens shows their numbers."
        )
    return str(revoked[0])


def scopes_of(stored: Collection[str], questions: Collection[str] | None) -> list[str]:
    """The scopes of a token as it is stored."""
    return [WIDGET] if (list(stored), list(questions or ())) == FORMER_WIDGET else list(stored)


def _checked(scopes: Collection[str], questions: Collection[str] | None) -> tuple[list[str], list[str] | None]:
    """The scopes and questions of a new token. Raises AccountError."""
    if WIDGET in scopes and (set(scopes) != {WIDGET} or questions is not None):
        raise AccountError(
            "A token with the scope widget can have no other and no statistics: it is in addresses, and so in logs."
        )
    return _scopes(scopes), None if questions is None else _questions(questions, scopes)


def _name(name: str) -> str:
    trimmed = name.strip()
    if not trimmed.isprintable() or not 0 < len(trimmed) <= LONGEST_NAME:
        raise AccountError(f"A token's name has 1 to {LONGEST_NAME} readable characters, for example phone.")
    return trimmed


def _scopes(scopes: Collection[str]) -> list[str]:
    if not scopes or not set(scopes) <= set(SCOPES):
        raise AccountError(f"A token needs at least one of the scopes {', '.join(SCOPES)}, and no other.")
    return [scope for scope in SCOPES if scope in scopes]


def _questions(questions: Collection[str], scopes: Collection[str]) -> list[str]:
    if not questions or not all(map(QUESTION.fullmatch, questions)):
        raise AccountError("Name a token's statistics by the first words of their addresses, for example top-tracks.")
    if "read" not in scopes:
        raise AccountError(
            "Only a token with the scope read can read statistics: add that scope, or name no statistic."
        )
    return sorted(set(questions))
