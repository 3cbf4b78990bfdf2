"""How a request identifies its visitor, valid or not: a header, a link, a widget's token, or a cookie.

No other code may look for these, so that all checks rely on the same ones.
"""

import base64
import binascii
from typing import Literal

from starlette.requests import Request

COOKIE = "session"
SHARE = "share"  # the parameter that holds a link's secret
BY_ADDRESS = "token"  # the parameter that holds the token of a widget
WIDGETS = "/spotify/"  # the only addresses that take it
PARAMETERS = (SHARE.encode(), BY_ADDRESS.encode())  # as ASGI has them
PRESENTING = frozenset({b"authorization", b"cookie"})
# `basic`: browsers send it by themselves, like cookies, so it proves less than a token that a program sends.
Presented = Literal["nobody", "session", "token", "basic", "link", "widget"]


def presents_nothing(request: Request) -> bool:
    """Whether it has no token, link or cookie, like most requests about public accounts, for which this is cheap."""
    scope = request.scope
    query: bytes = scope["query_string"]
    if query and any(name in query for name in PARAMETERS):
        return False
    return PRESENTING.isdisjoint([name for name, _ in scope["headers"]])


def presented(request: Request) -> Presented:
    """What identifies the visitor: an Authorization header, or else a link or a cookie. Empty ones do not count."""
    if header := _header(request):
        return "basic" if _scheme(header) == "basic" else "token"
    if request.scope["path"].startswith(WIDGETS) and request.query_params.get(BY_ADDRESS):
        return "widget"
    if request.query_params.get(SHARE):
        return "link"
    return "session" if request.cookies.get(COOKIE) else "nobody"


def is_credential(request: Request, parameter: str) -> bool:
    """Whether a parameter identifies the visitor, and so is none of the address's own."""
    return parameter == SHARE or (parameter == BY_ADDRESS and request.scope["path"].startswith(WIDGETS))


def credential(request: Request) -> str | None:
    """The token or session that is presented, valid or not; a link does not identify who follows it."""
    if presents_nothing(request):
        return None
    match presented(request):
        case "token" | "basic":
            return _header(request)
        case "widget":
            return request.query_params[BY_ADDRESS]
        case "session":
            return request.cookies[COOKIE]
        case _:
            return None


def token_text(request: Request) -> str | None:
    """The token that is presented, in a header, as the password of HTTP Basic, or by a widget; None for no token."""
    match presented(request):
        case "token":
            return _bearer(_header(request))
        case "basic":
            return _password(_header(request).partition(" ")[2])
        case "widget":
            return request.query_params[BY_ADDRESS]
        case _:
            return None


def _header(request: Request) -> str:
    return request.headers.get("authorization", "").strip()


def _scheme(header: str) -> str:
    return header.partition(" ")[0].lower()


def _bearer(header: str) -> str | None:
    """ListenBrainz' clients say `Token` instead of `Bearer`."""
    return header.partition(" ")[2].strip() if _scheme(header) in {"bearer", "token"} else None


def _password(credentials: str) -> str | None:
    """The username does not matter: the token names its account."""
    try:
        _, colon, password = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return password.strip() if colon else None
