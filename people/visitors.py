"""Who is behind a secret: a browser that is signed in, a program's token, or whoever has a link."""

from dataclasses import dataclass
from typing import Any

from db.engine.connection import row
from db.people.secrets import Secret

# `stale`: when it was last used is kept to the minute.
OF_SESSION = """
    SELECT username, last_used_at < now() - interval '1 minute' FROM web_session
    JOIN account ON account.id = account_id
    WHERE account_id = %s AND token_hash = %s AND expires_at > now() AND disabled_at IS NULL
"""
OF_PROGRAM = """
    SELECT api_token.id, username, api_token.scopes, questions,
           coalesce(last_used_at < now() - interval '1 minute', true)
    FROM api_token JOIN account ON account.id = account_id
    WHERE account_id = %s AND {} AND revoked_at IS NULL AND coalesce(expires_at > now(), true)
        AND disabled_at IS NULL
"""
OF_LINK = """
    SELECT question, period, redacted, coalesce(last_used_at < now() - interval '1 minute', true)
    FROM share_link JOIN account ON account.id = account_id
    WHERE account_id = %s AND token_hash = %s AND expires_at > now() AND revoked_at IS NULL AND disabled_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class KnownSession:
    """`stale`: it was last used a minute ago or longer."""

    account_id: int
    username: str
    stale: bool


@dataclass(frozen=True, slots=True)
class KnownToken:
    """`questions` are the only ones it may ask, by the first word of their paths; None: all."""

    account_id: int
    id: int
    username: str
    scopes: frozenset[str]
    questions: frozenset[str] | None
    stale: bool


@dataclass(frozen=True, slots=True)
class KnownLink:
    """What it was made for: `question` and `period` are None where it may be any. `redacted`: sums only."""

    account_id: int
    question: str | None
    period: str | None
    redacted: bool
    stale: bool


def known_session(secret: Secret) -> KnownSession | None:
    """None where there is no such session, or no longer."""
    found = row(OF_SESSION, secret.account_id, secret.hash)
    return KnownSession(secret.account_id, *found) if found else None


def known_token(secret: Secret) -> KnownToken | None:
    """None where it never was, has expired or was revoked."""
    return _token(secret.account_id, row(OF_PROGRAM.format("token_hash = %s"), secret.account_id, secret.hash))


def token_numbered(account_id: int, token_id: int) -> KnownToken | None:
    """The same, of which only the number is known: what was exchanged for it is good for as long as it is."""
    return _token(account_id, row(OF_PROGRAM.format("api_token.id = %s"), account_id, token_id))


def _token(account_id: int, found: tuple[Any, ...] | None) -> KnownToken | None:
    if found is None:
        return None
    token_id, username, scopes, questions, stale = found
    allowed = None if questions is None else frozenset(questions)
    return KnownToken(account_id, token_id, username, frozenset(scopes), allowed, stale)


def known_link(secret: Secret) -> KnownLink | None:
    """None where it never was, has expired or was revoked."""
    found = row(OF_LINK, secret.account_id, secret.hash)
    return KnownLink(secret.account_id, *found) if found else None
