"""/sign-in, /sign-in/spotify, /sign-out: a listener's browser, known by Spotify's word for who it is."""

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from advice import public_command
from db.people.listeners import listener_of
from db.people.secrets import Secret
from insights.answers.reading import reading
from people import sessions
from web.handlers.forms import Form
from web.handlers.params import a_username, parameters
from web.handlers.refusals_for_people import for_people
from web.http.answers import HTML
from web.http.consent_flow import SIGN_IN, Consent, Pending, is_own_path
from web.http.consent_redirect import NO_STORE, begun_elsewhere, to_spotify, way_to_spotify
from web.http.errors import Problem, bad_parameter
from web.http.rate_limits import limited
from web.http.services import services
from web.http.templates import render
from web.visitors.browser_session import begin, take_back
from web.visitors.visitor import visitor

HOME = "/account"  # where to go on after signing in, unless told
WITHOUT_AN_APP = "Without one, `{signing_in}` prints a link that signs a browser in."
UNKNOWN = (
    "The Spotify account that you are signed in to belongs to no account here that may sign in: sign in to Spotify as "
    "somebody else, or ask whoever runs this service for an invitation."
)


@for_people
def sign_in(request: Request) -> Response:
    """A page with one button."""
    username, go_on = _asked(request)
    if services(request).consent is None:
        signing_in = public_command("cli.py", "sign-in USERNAME")
        raise Problem(503, f"{services(request).why_not_connect} {WITHOUT_AN_APP.format(signing_in=signing_in)}")
    page = render(
        "sign_in.html",
        username=username,
        query=_query(username, go_on),
        version=services(request).version,
        base_path=services(request).base_path,
    )
    return Response(page, 200, NO_STORE, HTML)


@for_people
def sign_in_with_spotify(request: Request) -> Response:
    """Send the browser to Spotify, which asks nothing of whoever has agreed to the app before."""
    username, go_on = _asked(request)
    consent = way_to_spotify(request)
    if elsewhere := begun_elsewhere(request, consent, f"/sign-in/spotify{_query(username, go_on)}"):
        return elsewhere
    limited(request, "sign_in")
    started = consent.connector.start_sign_in(username)
    pending = Pending(SIGN_IN, username, started.state, started.verifier, go_on)
    return to_spotify(request, consent, started.url, pending)


def _asked(request: Request) -> tuple[str, str]:
    """For whom, and where to go on: both may be empty. No address elsewhere is taken, so nobody is led away."""
    given = parameters(request, "username", "next")
    go_on = given.get("next", "")
    if go_on and not is_own_path(go_on):
        raise bad_parameter("next", "takes a path of this service, as in /history/alice")
    return a_username(given, "username") if "username" in given else "", go_on


def _query(username: str, go_on: str) -> str:
    given = {name: value for name, value in (("username", username), ("next", go_on)) if value}
    return f"?{urlencode(given)}" if given else ""


def signed_in(request: Request, consent: Consent, pending: Pending) -> Response:
    """Spotify has said who it is. Raises SpotifyError, AccountError, Problem 403 for whoever has no account here."""
    listener = consent.connector.identify(pending.username, request.url.query, pending.state, pending.verifier)
    with reading():
        account = listener_of(listener)
    if account is None:
        raise Problem(403, UNKNOWN)
    response = RedirectResponse(f"{services(request).base_path}{pending.go_on or HOME}", 303, NO_STORE)
    begin(request, response, account.id, account.username)
    return response


def sign_out(request: Request, _: Form) -> Response:
    """Of this browser."""
    return _left(request, sessions.sign_out)


def sign_out_everywhere(request: Request, _: Form) -> Response:
    """Of every browser in which the listener is signed in; tokens and links stay."""
    return _left(request, sessions.sign_out_everywhere)


def _left(request: Request, leave: Callable[[Secret, str], None]) -> Response:
    who = visitor(request)
    if who.session and who.username:
        with reading():
            leave(who.session, who.username)
    parameters(request)
    response = RedirectResponse(f"{services(request).base_path}/", 303, NO_STORE)
    take_back(request, response)
    return response
