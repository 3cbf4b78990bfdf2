"""Redirects to Spotify, if Spotify can redirect the browser back here."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.http.consent_flow import Consent, Pending
from web.http.errors import Problem
from web.http.services import services

NO_STORE = {"Cache-Control": "no-store"}


def way_to_spotify(request: Request) -> Consent:
    """Raises Problem 503, with what is missing, where connecting is not possible."""
    consent = services(request).consent
    if consent is None:
        raise Problem(503, services(request).why_not_connect)
    return consent


def begun_elsewhere(request: Request, consent: Consent, path: str) -> Response | None:
    """A redirect to `path` under the host that Spotify sends browsers back to; None if this is that host.

    A cookie set under this host would be missing there. Raises Problem 409 if REDIRECT_URI does not lead here, so
    that nobody gives a consent that cannot be finished.
    """
    base_path, host = services(request).base_path, request.url.hostname
    if lost := consent.why_lost(host, base_path):
        raise Problem(409, lost)
    if consent.returns_elsewhere(host):
        return RedirectResponse(f"{consent.origin}{base_path}{path}", 302, NO_STORE)
    return None


def to_spotify(request: Request, consent: Consent, url: str, pending: Pending) -> Response:
    """Redirect to Spotify, and remember the purpose in an encrypted cookie."""
    response = RedirectResponse(url, 302, NO_STORE)
    consent.remember(response, pending, services(request).base_path)
    return response
