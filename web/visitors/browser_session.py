"""The cookie of a browser in which a listener is signed in: given at sign-in, and taken back."""

from starlette.requests import Request
from starlette.responses import Response

from db.people.sessions import DAYS
from insights.answers.reading import reading
from people.sessions import sign_in
from web.http.services import services
from web.visitors.visitor import COOKIE, visitor


def begin(request: Request, response: Response, account_id: int, username: str) -> None:
    """Signed in with a new secret; the one that this browser had before, whoever's it was, has ended."""
    earlier = visitor(request).session
    with reading():
        secret = sign_in(account_id, username, earlier)
    known = services(request)
    response.set_cookie(
        COOKIE,
        secret.text,
        max_age=DAYS * 86_400,
        path=known.base_path or "/",
        secure=_is_over_https(request),
        httponly=True,
        samesite="lax",
    )


def _is_over_https(request: Request) -> bool:
    """As REDIRECT_URI says, or as the browser came (a proxy of ours says it), whether there is a Spotify app or not."""
    known = services(request)
    consents = known.consent is not None and known.consent.over_https
    return known.over_https or consents or request.url.scheme == "https"


def take_back(request: Request, response: Response) -> None:
    """The browser forgets its secret; whether it goes on being good is db/people/sessions.py's."""
    response.delete_cookie(COOKIE, path=services(request).base_path or "/", httponly=True, samesite="lax")
