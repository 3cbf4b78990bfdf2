"""The tokens, links and signed-in browsers of an account, without their secrets."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from db.engine.records import records
from db.people.api_tokens import scopes_of
from db.people.secrets import Secret

# What has ended is shown for another month, so that its listener sees that it has.
TOKENS = """
    SELECT id, name, scopes, questions, created_at, expires_at, last_used_at, revoked_at IS NOT NULL AS revoked,
           coalesce(least(expires_at, revoked_at) <= now(), false) AS ended
    FROM api_token
    WHERE account_id = %s AND coalesce(least(expires_at, revoked_at), 'infinity') > now() - interval '30 days'
    ORDER BY id
"""
LINKS = """
    SELECT id, string_to_array(question, ',') AS questions, period, redacted, created_at, expires_at, last_used_at,
           revoked_at IS NOT NULL AS revoked, least(expires_at, revoked_at) <= now() AS ended
    FROM share_link
    WHERE account_id = %s AND least(expires_at, revoked_at) > now() - interval '30 days'
    ORDER BY id
"""
SESSIONS = """
    SELECT created_at, expires_at, last_used_at, token_hash = %s AS current FROM web_session
    WHERE account_id = %s AND expires_at > now() ORDER BY created_at, token_hash
"""


class OwnToken(msgspec.Struct, frozen=True):
    """`questions` are the only ones it may ask; None: all. `ended`: it is `revoked` or has expired."""

    id: int
    name: str
    scopes: list[str]
    questions: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked: bool
    ended: bool


class OwnLink(msgspec.Struct, frozen=True):
    """`questions` and `period` are the only ones it shows; None: any. `ended`: it is `revoked` or has expired."""

    id: int
    questions: list[str] | None
    period: str | None
    redacted: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked: bool
    ended: bool


class OwnSession(msgspec.Struct, frozen=True):
    """A browser that is signed in; `current`: the one that sent this request."""

    created_at: datetime
    expires_at: datetime
    last_used_at: datetime
    current: bool


def tokens_of(account_id: int) -> list[OwnToken]:
    """Those that are valid, and those that ended within 30 days, oldest first."""
    return [_as_made(token) for token in records(OwnToken, TOKENS, (account_id,))]


def _as_made(stored: OwnToken) -> OwnToken:
    """A token for widgets was once stored in another way."""
    scopes = scopes_of(stored.scopes, stored.questions)
    return stored if scopes == stored.scopes else replace(stored, scopes=scopes, questions=None)


def links_of(account_id: int) -> list[OwnLink]:
    """Those that are valid, and those that ended within 30 days, oldest first."""
    return records(OwnLink, LINKS, (account_id,))


def sessions_of(account_id: int, asking: Secret | None = None) -> list[OwnSession]:
    """Those that have not ended, oldest first; `asking` is the secret of the one that sent this request."""
    return records(OwnSession, SESSIONS, (asking.hash if asking else b"", account_id))
