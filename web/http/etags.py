"""ETags: an answer changes only with the data, the program or the request."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from starlette.requests import Request

from people.accounts import Account
from web.http.services import services


def etag(request: Request, accounts: Sequence[Account], *question: object) -> str:
    """The validator of an answer about these accounts. `question` is what was resolved: dates, never "today"."""
    app = services(request)
    now = app.now()
    parts = [app.version, app.base_path, request.scope["path"], *map(str, question)]
    parts += [_state(account, now) for account in accounts]
    return f'W/"{blake2b(chr(31).join(parts).encode(), digest_size=12).hexdigest()}"'


def _state(account: Account, now: datetime) -> str:
    # The time of its creation tells the account from one of another database with the same number.
    created = account.created_at.isoformat()
    return f"{account.id} {account.username} {created} {account.data_version} {account.zones.at(now)}"


def client_has(request: Request, tag: str) -> bool:
    """Whether If-None-Match lists this very answer (weak comparison: RFC 9110, 8.8.3.2)."""
    mine = _opaque(tag)
    return any(_opaque(listed) == mine for listed in _listed(request))


def client_has_any(request: Request) -> bool:
    """Whether If-None-Match is `*`, which matches every answer that exists."""
    return _listed(request) == ["*"]


def _listed(request: Request) -> list[str]:
    # Our own tags hold no comma, so one inside another's tag cannot make a false match.
    lines = [value.decode("latin-1") for name, value in request.scope["headers"] if name == b"if-none-match"]
    return [tag.strip() for line in lines for tag in line.split(",") if tag.strip()]


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/")
