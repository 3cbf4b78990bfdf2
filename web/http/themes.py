"""The theme of pages that a reader has chosen for a browser, signed in or not; it is kept in a cookie."""

from starlette.requests import Request
from starlette.responses import Response

from web.http.services import services

COOKIE = "theme"
AUTOMATIC, LIGHT, DARK = "auto", "light", "dark"
THEMES = (AUTOMATIC, LIGHT, DARK)
A_YEAR = 31_536_000  # seconds


def theme_of(request: Request) -> str:
    """`light` or `dark`; empty: the browser decides."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in {LIGHT, DARK} else ""


def remember_theme(request: Request, response: Response, theme: str) -> None:
    path = services(request).base_path or "/"
    if theme == AUTOMATIC:
        response.delete_cookie(COOKIE, path=path, httponly=True, samesite="lax")
        return
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, theme, A_YEAR, path=path, secure=secure, httponly=True, samesite="lax")
