"""ETags, which change only with the data, the program or the request."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from starlette.requests import Request

from people.accounts import Account
from web.http.services import services

BETWEEN = chr(31)  # the separator, which no part contains


def etag(request: Request, accounts: Sequence[Account], *question: object) -> str:
    """The validator of an answer about these accounts. `question` is what was resolved: dates, never "today"."""
    app = services(request)
    now = app.now()
    parts = [app.version, app.base_path, request.scope["path"], *map(str, question)]
    parts += [_state(account, now) for account in accounts]
    return f'W/"{blake2b(BETWEEN.join(parts).encode(), digest_size=12).hexdigest()}"'


def _state(account: Account, now: datetime) -> str:
    # The time of its creation tells the account from one with the same number in another database.
    created = account.created_at.isoformat()
    return f"{account.id} {account.username} {created} {account.data_version} {account.zones.at(now)}"


def client_has(request: Request, tag: str) -> bool:
    """Whether If-None-Match lists this very answer (weak comparison: RFC 9110, 8.8.3.2)."""
    listed = _listed(request)
    return tag in listed or (bool(listed) and _opaque(tag) in map(_opaque, listed))


def client_has_any(request: Request) -> bool:
    """Whether If-None-Match is `*`, which matches every answer that exists."""
    return _listed(request) == ["*"]


def _listed(request: Request) -> list[str]:
    # Our own tags hold no comma, so one inside another's tag cannot make a false match.
    lines = [value for name, value in request.scope["headers"] if name == b"if-none-match"]
    return [tag.strip() for line in lines for tag in str(line, "latin-1").split(",") if tag.strip()] if lines else []


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/")
