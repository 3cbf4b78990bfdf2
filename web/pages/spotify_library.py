"""/connect/library: ask Spotify for permission to read playlists and the library."""

from starlette.requests import Request
from starlette.responses import Response

from web.handlers.params import parameters
from web.http.consent_flow import LIBRARY, Consent, Pending
from web.http.consent_redirect import begun_elsewhere, to_spotify, way_to_spotify
from web.http.errors import Problem
from web.http.rate_limits import limited
from web.pages.own import back, own_account, to_sign_in
from web.pages.refusals import for_people
from web.pages.todays_playlist import NOT_YOURS


@for_people
def allow_library(request: Request) -> Response:
    """Redirect the listener to Spotify, which asks for permission to read playlists and the library."""
    parameters(request)
    own = own_account(request)
    if own is None:
        return to_sign_in(request)
    consent = way_to_spotify(request)
    if elsewhere := begun_elsewhere(request, consent, "/connect/library"):
        return elsewhere
    limited(request, "sign_in")
    started = consent.connector.start_library(own.username)
    return to_spotify(request, consent, started.url, Pending(LIBRARY, own.username, started.state, started.verifier))


def library_allowed(request: Request, consent: Consent, pending: Pending) -> Response:
    """Back from Spotify. Raises SpotifyError where the listener declined, AccountError, Problem 403."""
    own = own_account(request)
    if own is None or own.username != pending.username:
        raise Problem(403, NOT_YOURS)
    consent.connector.finish_library(pending.username, request.url.query, pending.state, pending.verifier)
    return back(request, "library")
