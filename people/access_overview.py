"""Who may read an account: tokens, links, and browsers in which it is signed in; the secret of none."""

from dataclasses import dataclass
from datetime import datetime

from db.engine.connection import rows
from db.people.secrets import Secret

# What has ended is told of for another month, so that a listener sees what became of it.
TOKENS = """
    SELECT id, name, scopes, questions, created_at, expires_at, last_used_at, revoked_at IS NOT NULL,
           coalesce(least(expires_at, revoked_at) <= now(), false)
    FROM api_token
    WHERE account_id = %s AND coalesce(least(expires_at, revoked_at), 'infinity') > now() - interval '30 days'
    ORDER BY id
"""
LINKS = """
    SELECT id, question, period, redacted, created_at, expires_at, last_used_at, revoked_at IS NOT NULL,
           least(expires_at, revoked_at) <= now()
    FROM share_link
    WHERE account_id = %s AND least(expires_at, revoked_at) > now() - interval '30 days'
    ORDER BY id
"""
SESSIONS = """
    SELECT created_at, expires_at, last_used_at, token_hash = %s FROM web_session
    WHERE account_id = %s AND expires_at > now() ORDER BY created_at, token_hash
"""


@dataclass(frozen=True, slots=True)
class OwnToken:
    """`questions` are the only ones it may ask, None: all. `ended`: it is good no more, being `revoked` or expired."""

    id: int
    name: str
    scopes: tuple[str, ...]
    questions: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class OwnLink:
    """What it was made for, None where it may be any. `ended`: it leads nowhere, being `revoked` or expired."""

    id: int
    question: str | None
    period: str | None
    redacted: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A browser that is signed in; `current`: the one that asks."""

    created_at: datetime
    expires_at: datetime
    last_used_at: datetime
    current: bool


def tokens_of(account_id: int) -> list[OwnToken]:
    """Those that are good, and those that ended within 30 days, the oldest first."""
    return [
        OwnToken(number, name, tuple(scopes), None if questions is None else tuple(questions), *more)
        for number, name, scopes, questions, *more in rows(TOKENS, account_id)
    ]


def links_of(account_id: int) -> list[OwnLink]:
    """Those that are good, and those that ended within 30 days, the oldest first."""
    return [OwnLink(*found) for found in rows(LINKS, account_id)]


def sessions_of(account_id: int, asking: Secret | None = None) -> list[OwnSession]:
    """Those that have not ended, the oldest first; `asking` is the secret of the one that asks."""
    return [OwnSession(*found) for found in rows(SESSIONS, asking.hash if asking else b"", account_id)]
