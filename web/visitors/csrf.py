"""Protection against cross-site request forgery (CSRF).

Browsers send the session cookie whichever page makes a request (SameSite=Lax prevents most of it, not all). So a
request with the cookie needs two things that another site's page cannot have: our own origin, and a token derived from
the session's secret. Programs send their API tokens on purpose, so they need neither. Browsers send passwords of HTTP
Basic by themselves, too, so those identify nobody who changes something (web/visitors/visitor.py).

Every page has the token with a new mask: pages are compressed, and the length of one that repeats a secret and
contains what an attacker chose would reveal the secret letter by letter (BREACH).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from starlette.requests import Request

from web.http.errors import Problem
from web.http.origin import origin_of, own_origin
from web.http.services import services
from web.languages.sentences import Sentence
from web.visitors.credentials import presented
from web.visitors.visitor import visitor

FIELD, HEADER = "csrf", "x-csrf-token"
PURPOSE = b"insight: csrf"
TOKEN_LENGTH = 2 * hashlib.sha256().digest_size
ELSEWHERE = Sentence("This was sent by another site's page: use the pages of this service, or a token.")
OUT_OF_DATE = Sentence("This page is out of date: reload it, then send it again.")
OTHER_SITES = {"cross-site", "same-site"}  # another port of this machine is the same site


def csrf_token(request: Request) -> str:
    """The unmasked token for the field `csrf` in forms of a signed-in visitor; empty for everybody else."""
    session = visitor(request).session
    return token_of(session.text) if session else ""


def token_of(session: str) -> str:
    """The token that belongs to a session's secret."""
    return hmac.new(session.encode(), PURPOSE, hashlib.sha256).hexdigest()


def masked(token: str) -> str:
    """The token as a page contains it, different each time: a random mask, and the token combined with it."""
    mask = secrets.token_bytes(len(token) // 2)
    return (mask + _combined(mask, bytes.fromhex(token))).hex()


def _unmasked(sent: str) -> str:
    """The token of a masked one. Programs may send it without a mask, as its length tells. Raises ValueError."""
    if len(sent) == TOKEN_LENGTH:
        return sent
    both = bytes.fromhex(sent)
    half = len(both) // 2
    return _combined(both[:half], both[half:]).hex()


def _combined(mask: bytes, value: bytes) -> bytes:
    """The bytes of both, combined by XOR. Raises ValueError if one is longer."""
    return bytes(each ^ other for each, other in zip(mask, value, strict=True))


def check(request: Request, form: Mapping[str, object]) -> None:
    """Raises Problem 403 for a request that another site's page may have sent."""
    how = presented(request)
    if how == "token":
        return
    if how != "basic" and visitor(request).via == "session":
        _check_origin(request)
        _check_token(request, form)
    elif "origin" in request.headers or is_of_another_page(request):
        _check_origin(request)  # or a page could sign a browser in as somebody else


def is_of_another_page(request: Request) -> bool:
    """Whether the browser reports that another site's page leads here; programs and old browsers report nothing."""
    return request.headers.get("sec-fetch-site") in OTHER_SITES


def _check_origin(request: Request) -> None:
    site = request.headers.get("sec-fetch-site")  # only browsers set it, and no page can change it
    is_ours = site == "same-origin" if site else request.headers.get("origin", "").lower() in _own_origins(request)
    if not is_ours:
        raise Problem(403, ELSEWHERE)


def _own_origins(request: Request) -> set[str]:
    """The origin that the browser requested; and that of REDIRECT_URI, if a proxy terminates TLS."""
    consent = services(request).consent
    own = own_origin(request)
    return {own, origin_of(consent.origin)} if consent else {own}


def _check_token(request: Request, form: Mapping[str, object]) -> None:
    sent = form.get(FIELD) or request.headers.get(HEADER, "")
    if not isinstance(sent, str) or not _is_right(sent, csrf_token(request)):
        raise Problem(403, OUT_OF_DATE)


def _is_right(sent: str, token: str) -> bool:
    try:
        return hmac.compare_digest(_unmasked(sent).encode("utf-8", "replace"), token.encode())
    except ValueError:
        return False
