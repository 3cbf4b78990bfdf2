"""Validators: an answer is the same while the data, the program and the question are."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from starlette.requests import Request

from people.accounts import Account
from web.http.services import services


def etag(request: Request, accounts: Sequence[Account], *question: object) -> str:
    """For the answer about these accounts. `question` holds what was resolved: dates, never "today"."""
    known = services(request)
    now = known.now()
    stand = [known.version, known.base_path, request.scope["path"], *map(str, question)]
    stand += [_standing(account, now) for account in accounts]
    return f'W/"{blake2b(chr(31).join(stand).encode(), digest_size=12).hexdigest()}"'


def _standing(account: Account, now: datetime) -> str:
    # When the account was made tells it from one of another database that had the same number.
    made = account.created_at.isoformat()
    return f"{account.id} {account.username} {made} {account.data_version} {account.zones.at(now)}"


def client_has(request: Request, tag: str) -> bool:
    """Whether If-None-Match lists this very answer (weak comparison: RFC 9110, 8.8.3.2)."""
    mine = _opaque(tag)
    return any(_opaque(listed) == mine for listed in _listed(request))


def client_has_any(request: Request) -> bool:
    """Whether If-None-Match is `*`: true of every answer that exists."""
    return _listed(request) == ["*"]


def _listed(request: Request) -> list[str]:
    # Our own tags hold no comma, so one inside another's tag cannot make a false match.
    lines = [value.decode("latin-1") for name, value in request.scope["headers"] if name == b"if-none-match"]
    return [tag.strip() for line in lines for tag in line.split(",") if tag.strip()]


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/")
