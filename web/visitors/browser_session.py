"""The session cookie of a browser in which a listener is signed in: set at sign-in, and deleted."""

from starlette.requests import Request
from starlette.responses import Response

from db.people.sessions import DAYS
from insights.answers.reading import reading
from people.sessions import sign_in
from web.http.services import services
from web.visitors.credentials import COOKIE
from web.visitors.visitor import visitor


def begin_browser_session(request: Request, response: Response, account_id: int, username: str) -> None:
    """Sign the browser in with a new secret; its earlier session ends, even if it was another listener's."""
    earlier = visitor(request).session
    with reading():
        secret = sign_in(account_id, username, earlier)
    app = services(request)
    response.set_cookie(
        COOKIE,
        secret.text,
        max_age=DAYS * 86_400,
        path=app.base_path or "/",
        secure=_is_over_https(request),
        httponly=True,
        samesite="lax",
    )


def _is_over_https(request: Request) -> bool:
    """Whether REDIRECT_URI or the request is HTTPS (or a trusted proxy says so), with or without a Spotify app."""
    app = services(request)
    consents = app.consent is not None and app.consent.over_https
    return app.over_https or consents or request.url.scheme == "https"


def end_browser_session(request: Request, response: Response) -> None:
    """Delete the cookie; db/people/sessions.py ends the session itself."""
    response.delete_cookie(COOKIE, path=services(request).base_path or "/", httponly=True, samesite="lax")
