"""/sign-in, /sign-in/spotify, /sign-out: sign listeners in with their Spotify account, and out again."""

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
from web.http.consent_flow import SIGN_IN, Consent, Pending, is_own_path
from web.http.consent_redirect import NO_STORE, begun_elsewhere, to_spotify, way_to_spotify
from web.http.errors import Problem, bad_parameter
from web.http.rate_limits import limited
from web.http.services import services
from web.languages.sentences import Sentence
from web.pages.frame import page
from web.pages.refusals import for_people
from web.visitors.browser_session import begin_browser_session, end_browser_session
from web.visitors.visitor import visitor

HOME = "/"  # where a browser goes after signing in, unless `next` says otherwise
UNKNOWN = Sentence(
    "No account here belongs to the Spotify account that you are signed in to. Sign in to Spotify with another one, or "
    "ask the person who runs this service for an invitation."
)


@for_people
def sign_in(request: Request) -> Response:
    """A page with one button; whoever is signed in already, as this listener, is led on."""
    username, go_on = _parameters(request)
    who = visitor(request)
    if who.via == "session" and username in {"", who.username}:
        return RedirectResponse(f"{services(request).base_path}{go_on or HOME}", 303, NO_STORE)
    if services(request).consent is None:
        signing_in = public_command("cli.py", "sign-in USERNAME")
        why = services(request).why_not_connect
        raise Problem(
            503,
            Sentence(
                "%(why)s Without one, `%(command)s` prints a link that signs a browser in.", why=why, command=signing_in
            ),
        )
    return page(request, "sign_in.html", {"username": username, "query": _query(username, go_on)})


@for_people
def sign_in_with_spotify(request: Request) -> Response:
    """Redirect the browser to Spotify, which asks nothing of listeners who have agreed to the app before."""
    username, go_on = _parameters(request)
    consent = way_to_spotify(request)
    if elsewhere := begun_elsewhere(request, consent, f"/sign-in/spotify{_query(username, go_on)}"):
        return elsewhere
    limited(request, "sign_in")
    started = consent.connector.start_sign_in(username)
    pending = Pending(SIGN_IN, username, started.state, started.verifier, go_on)
    return to_spotify(request, consent, started.url, pending)


def _parameters(request: Request) -> tuple[str, str]:
    """The username and the path to go on to; both may be empty. Only paths of ours: no open redirects."""
    query = parameters(request, "username", "next")
    go_on = query.get("next", "")
    if go_on and not is_own_path(go_on):
        raise bad_parameter("next", "must be a path of this service, such as /history/alice")
    return a_username(query, "username") if "username" in query else "", go_on


def _query(username: str, go_on: str) -> str:
    values = {name: value for name, value in (("username", username), ("next", go_on)) if value}
    return f"?{urlencode(values)}" if values else ""


def signed_in(request: Request, consent: Consent, pending: Pending) -> Response:
    """Back from Spotify, which has identified the listener. Raises SpotifyError, AccountError, Problem 403."""
    listener = consent.connector.identify(pending.username, request.url.query, pending.state, pending.verifier)
    with reading():
        account = listener_of(listener)
    if account is None:
        raise Problem(403, UNKNOWN)
    response = RedirectResponse(f"{services(request).base_path}{pending.go_on or HOME}", 303, NO_STORE)
    begin_browser_session(request, response, account.id, account.username)
    return response


def sign_out(request: Request, _: Form) -> Response:
    """Sign this browser out."""
    return _signed_out(request, sessions.sign_out)


def sign_out_everywhere(request: Request, _: Form) -> Response:
    """Sign the listener out of every browser; tokens and links stay."""
    return _signed_out(request, sessions.sign_out_everywhere)


def _signed_out(request: Request, leave: Callable[[Secret, str], None]) -> Response:
    who = visitor(request)
    if who.session and who.username:
        with reading():
            leave(who.session, who.username)
    parameters(request)
    response = RedirectResponse(f"{services(request).base_path}/", 303, NO_STORE)
    end_browser_session(request, response)
    return response
