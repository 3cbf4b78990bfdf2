"""/connect and /connect/callback: take a listener to Spotify's consent and back."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from db.accounts import AccountError
from db.connection import DatabaseUnreachable
from insights.accounts import known_account
from insights.reading import reading
from spotify.errors import SpotifyError
from web.answers import HTML
from web.connect import Consent, Pending, forget
from web.errors import Problem, no_account, refused
from web.pages.rendering import render
from web.params import a_username, parameters
from web.services import services

NO_STORE = {"Cache-Control": "no-store"}
SIX_MONTHS = timedelta(days=182)  # how long a consent lasts (Spotify: refreshing-tokens, 2026-06)


def connect(request: Request) -> Response:
    """Send the browser to Spotify, remembering in a sealed cookie for whom."""
    username = a_username(parameters(request, "username"), "username")
    consent = _consent(request)
    if consent.returns_elsewhere(request.url.hostname):
        # Spotify sends the browser back to the other name, where a cookie set under this one would be missing.
        return RedirectResponse(f"{consent.origin}/connect?username={username}", 302, NO_STORE)
    with reading():
        if known_account(username) is None:
            raise no_account(username)
    started = consent.connector.start(username)
    response = RedirectResponse(started.url, 302, NO_STORE)
    consent.remember(response, Pending(username, started.state, started.verifier))
    return response


def callback(request: Request) -> Response:
    """Finish what `connect` began, well or not: an answer of Spotify's is good for one attempt."""
    consent = _consent(request)
    pending = consent.recall(request)
    if pending is None:
        raise Problem(400, "No consent was begun in this browser within the last ten minutes: begin on the page /.")
    try:
        response = _finished(request, consent, pending)
    except (SpotifyError, AccountError, DatabaseUnreachable) as error:
        response = refused(request, error)
    forget(response)
    return response


def _finished(request: Request, consent: Consent, pending: Pending) -> Response:
    # Spotify may add to its answer what it likes; judging it is the connector's.
    sentence = consent.connector.finish(pending.username, request.url.query, pending.state, pending.verifier)
    page = render(
        "connected.html",
        sentence=sentence,
        username=pending.username,
        ends=services(request).now() + SIX_MONTHS,
        version=services(request).version,
    )
    return Response(page, 200, NO_STORE, HTML)


def _consent(request: Request) -> Consent:
    consent = services(request).consent
    if consent is None:
        raise Problem(503, services(request).why_not_connect)
    return consent
