"""Store sessions, tokens and links for tests, and present them as visitors do."""

from base64 import b64encode

from db.engine.connection import connected, rows
from db.people.secrets import LINK, SESSION, TOKEN, new_secret
from web.visitors.csrf import token_of as csrf_token_of

MAKE = {
    SESSION: "INSERT INTO web_session (account_id, token_hash, expires_at) VALUES (%s, %s, now() + interval '1 hour')",
    TOKEN: "INSERT INTO api_token (account_id, token_hash, name, scopes, questions) VALUES (%s, %s, 'test', %s, %s)",
    LINK: (
        "INSERT INTO share_link (account_id, token_hash, question, period, redacted, expires_at) "
        "VALUES (%s, %s, %s, %s, %s, now() + interval '1 hour')"
    ),
}


def _made(kind: str, account_id: int, *values: object) -> str:
    secret = new_secret(kind, account_id)
    with connected():
        rows(f"{MAKE[kind]} RETURNING 1", account_id, secret.hash, *values)
    return secret.text


def signed_in(account_id: int) -> dict[str, str]:
    """The cookies of a browser in which the account's listener is signed in."""
    return {"session": _made(SESSION, account_id)}


def by_our_page(cookies: dict[str, str]) -> dict[str, str]:
    """The headers with which a page of the service sends a form in that browser."""
    return {"Origin": "http://127.0.0.1", "X-CSRF-Token": csrf_token_of(cookies["session"])}


def with_token(account_id: int, *scopes: str, questions: list[str] | None = None) -> dict[str, str]:
    """The headers of a program with a new token of the account."""
    return {"Authorization": f"Bearer {token_of(account_id, *scopes, questions=questions)}"}


def token_of(account_id: int, *scopes: str, questions: list[str] | None = None) -> str:
    """The text of a new token of the account."""
    return _made(TOKEN, account_id, list(scopes or ["read"]), questions)


def by_password(token: str, username: str = "anything") -> dict[str, str]:
    """The headers of a program that supports only HTTP Basic."""
    return {"Authorization": "Basic " + b64encode(f"{username}:{token}".encode()).decode()}


def shared(account_id: int, question: str | None = None, period: str | None = None, *, redacted: bool = False) -> str:
    """The secret of a new link, for the parameter `share`."""
    return _made(LINK, account_id, question, period, redacted)
