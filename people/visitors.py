"""Look up sessions, tokens and links by their secrets."""

import msgspec

from db.engine.records import record
from db.people.api_tokens import scopes_of
from db.people.secrets import Secret

# `stale`: the time of the last use is stored to the minute.
OF_SESSION = """
    SELECT account_id, username, language, last_used_at < now() - interval '1 minute' AS stale
    FROM web_session
    JOIN account ON account.id = account_id
    WHERE account_id = %s AND token_hash = %s AND expires_at > now() AND disabled_at IS NULL
"""
OF_PROGRAM = """
    SELECT account_id, api_token.id, username, api_token.scopes, questions,
           coalesce(last_used_at < now() - interval '1 minute', true) AS stale
    FROM api_token JOIN account ON account.id = account_id
    WHERE account_id = %s AND {} AND revoked_at IS NULL AND coalesce(expires_at > now(), true)
        AND disabled_at IS NULL
"""
BY_HASH, BY_NUMBER = OF_PROGRAM.format("token_hash = %s"), OF_PROGRAM.format("api_token.id = %s")
OF_LINK = """
    SELECT account_id, string_to_array(question, ',') AS questions, period, redacted,
           coalesce(last_used_at < now() - interval '1 minute', true) AS stale
    FROM share_link JOIN account ON account.id = account_id
    WHERE account_id = %s AND token_hash = %s AND expires_at > now() AND revoked_at IS NULL AND disabled_at IS NULL
"""


class KnownSession(msgspec.Struct, frozen=True):
    """`stale`: it was last used at least a minute ago. `language` is the listener's; None: the browser's."""

    account_id: int
    username: str
    language: str | None
    stale: bool


class KnownToken(msgspec.Struct, frozen=True):
    """`questions` are the only ones it may ask, by the first words of their paths; None: all."""

    account_id: int
    id: int
    username: str
    scopes: frozenset[str]
    questions: frozenset[str] | None
    stale: bool


class KnownLink(msgspec.Struct, frozen=True):
    """`questions` and `period` are the only ones it shows; None: any. `redacted`: totals only."""

    account_id: int
    questions: list[str] | None
    period: str | None
    redacted: bool
    stale: bool


def known_session(secret: Secret) -> KnownSession | None:
    """None if there is no such session, or it has ended."""
    return record(KnownSession, OF_SESSION, (secret.account_id, secret.hash))


def known_token(secret: Secret) -> KnownToken | None:
    """None if it never existed, has expired or was revoked."""
    return _token(BY_HASH, (secret.account_id, secret.hash))


def token_numbered(account_id: int, token_id: int) -> KnownToken | None:
    """The same by number, because a token that was exchanged for it is valid only as long as it is."""
    return _token(BY_NUMBER, (account_id, token_id))


class _Token(msgspec.Struct, frozen=True):
    account_id: int
    id: int
    username: str
    scopes: list[str]
    questions: list[str] | None
    stale: bool


def _token(statement: str, values: tuple[object, ...]) -> KnownToken | None:
    stored = record(_Token, statement, values)
    if stored is None:
        return None
    questions = None if stored.questions is None else frozenset(stored.questions)
    scopes = frozenset(scopes_of(stored.scopes, stored.questions))
    return KnownToken(stored.account_id, stored.id, stored.username, scopes, questions, stored.stale)


def known_link(secret: Secret) -> KnownLink | None:
    """None if it never existed, has expired or was revoked."""
    return record(KnownLink, OF_LINK, (secret.account_id, secret.hash))
