"""Ask a signed-in listener, by way of Spotify, for one more permission: for a playlist, or for the library."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from connect.connecting import Connecting
from spotify.oauth import Consent as Started
from web.handlers.params import parameters
from web.http.consent_flow import PATH, Consent, Pending
from web.http.consent_redirect import begun_elsewhere, to_spotify, way_to_spotify
from web.http.errors import Problem
from web.http.rate_limits import limited
from web.languages.sentences import Sentence
from web.pages.own import back, own_account, to_sign_in

NOT_YOURS = Sentence("You have signed out in the meantime: sign in at /sign-in, then start again.")


def ask_permission(request: Request, purpose: str, start: Callable[[Connecting, str], Started]) -> Response:
    """Redirect the listener to Spotify; `purpose` is also the address's last part."""
    parameters(request)
    own = own_account(request)
    if own is None:
        return to_sign_in(request)
    consent = way_to_spotify(request)
    if elsewhere := begun_elsewhere(request, consent, f"{PATH}/{purpose}"):
        return elsewhere
    limited(request, "sign_in")
    started = start(consent.connector, own.username)
    return to_spotify(request, consent, started.url, Pending(purpose, own.username, started.state, started.verifier))


def permitted(
    request: Request, consent: Consent, pending: Pending, finish: Callable[[Connecting, str, str, str, str], str]
) -> Response:
    """Back from Spotify. Raises SpotifyError where the listener declined, AccountError, Problem 403."""
    own = own_account(request)
    if own is None or own.username != pending.username:
        raise Problem(403, NOT_YOURS)
    finish(consent.connector, pending.username, request.url.query, pending.state, pending.verifier)
    return back(request, pending.purpose)
