"""Whether a request that changes something was meant: sent by a page of ours, and not by a foreign one.

Browsers send the session's cookie along wherever a request begins (SameSite=Lax spares us most of it, not all), so a
request with it needs two things that a foreign page cannot have: our own origin, and a value made of the session's
secret. A program's token is sent on purpose, so it needs neither.
"""

import hashlib
import hmac
from collections.abc import Mapping

from starlette.requests import Request

from web.http.errors import Problem
from web.http.origin import origin_of, own_origin
from web.http.services import services
from web.visitors.visitor import presented, visitor

FIELD, HEADER = "csrf", "x-csrf-token"
PURPOSE = b"insight: csrf"
FROM_OTHERS = {"cross-site", "same-site"}  # another port of this machine is the same site


def csrf_token(request: Request) -> str:
    """What forms of the one who is signed in hold in their field `csrf`; empty for everybody else."""
    session = visitor(request).session
    return token_of(session.text) if session else ""


def token_of(session: str) -> str:
    """The same for the text of a session's secret."""
    return hmac.new(session.encode(), PURPOSE, hashlib.sha256).hexdigest()


def check(request: Request, form: Mapping[str, object]) -> None:
    """Raises Problem 403 for a request that a foreign page may have sent."""
    if presented(request) == "token":
        return
    if visitor(request).via == "session":
        _check_origin(request)
        _check_token(request, form)
    elif "origin" in request.headers or is_of_another_page(request):
        _check_origin(request)  # else it could sign a browser in as somebody who is not in front of it


def is_of_another_page(request: Request) -> bool:
    """Whether a browser says that a page which is not ours leads here; programs and old browsers say nothing."""
    return request.headers.get("sec-fetch-site") in FROM_OTHERS


def _check_origin(request: Request) -> None:
    site = request.headers.get("sec-fetch-site")  # only browsers set it, and no page can change it
    is_ours = site == "same-origin" if site else request.headers.get("origin", "").lower() in _own_origins(request)
    if not is_ours:
        raise Problem(403, "This was sent by another site's page: use the pages of this service, or a token.")


def _own_origins(request: Request) -> set[str]:
    """As the browser asked; and the address that REDIRECT_URI names, where a proxy speaks TLS for us."""
    consent = services(request).consent
    asked = own_origin(request)
    return {asked, origin_of(consent.origin)} if consent else {asked}


def _check_token(request: Request, form: Mapping[str, object]) -> None:
    given = form.get(FIELD) or request.headers.get(HEADER, "")
    right = csrf_token(request).encode()
    if not isinstance(given, str) or not hmac.compare_digest(given.encode("utf-8", "replace"), right):
        raise Problem(403, "This page is out of date: load it again, and then send it.")
