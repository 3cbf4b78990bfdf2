"""/connect, /connect/callback, /connect/done: take a listener to Spotify's consent and back, and show what follows."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from advice import public_command
from db.people.accounts import NOT_INVITED, NotInvited
from db.people.invitations import invited_account
from insights.answers.reading import reading
from insights.plays.counts import counts
from people.accounts import Account, find_account
from people.consent import consent_ends
from people.never_connected import newcomers
from web.handlers.params import a_username, parameters
from web.handlers.refusals_for_people import REFUSALS, for_people, refusal
from web.http.answers import HTML
from web.http.consent_flow import CONNECT, PLAYLIST, SIGN_IN, Consent, Pending, forget
from web.http.consent_redirect import NO_STORE, begun_elsewhere, to_spotify, way_to_spotify
from web.http.errors import Problem
from web.http.rate_limits import limited
from web.http.services import services
from web.http.templates import render
from web.pages.sign_in import signed_in
from web.pages.todays_playlist import playlist_allowed
from web.visitors.browser_session import begin
from web.visitors.csrf import is_of_another_page
from web.visitors.local_requests import is_from_this_machine
from web.visitors.visitor import visitor

NOT_YOURS = (
    "Connecting takes the listener, signed in at /sign-in, or an invitation that is still good, or, for the first "
    "time, a browser on this service's own machine that asks for 127.0.0.1, or the link in the log of a service in a "
    "container; `{connecting}` works everywhere."
)
NOTHING_BEGUN = "Nothing was begun in this browser within the last ten minutes: begin on the page /."


@for_people
def connect(request: Request) -> Response:
    """Send the browser to Spotify, remembering in a sealed cookie for whom."""
    given = parameters(request, "username", "invitation")
    username, invitation = a_username(given, "username"), given.get("invitation", "")
    consent = way_to_spotify(request)
    # Coming from there, it would be as if another site's page led here: the page with the button follows instead.
    begins_on_a_page = not invitation and "sec-fetch-site" in request.headers
    if elsewhere := begun_elsewhere(request, consent, "/" if begins_on_a_page else f"/connect?{urlencode(given)}"):
        return elsewhere
    limited(request, "sign_in")
    if not _may_connect(request, username, invitation):
        raise _not_yours()
    started = consent.connector.start(username)
    pending = Pending(CONNECT, username, started.state, started.verifier, invitation=invitation)
    return to_spotify(request, consent, started.url, pending)


def _may_connect(request: Request, username: str, invitation: str) -> bool:
    with reading():
        account, is_new = find_account(username), username in newcomers()
        invited = invited_account(invitation)
    if account is None:
        return False
    is_invited = invited == username
    is_in_front = is_from_this_machine(request) and not is_of_another_page(request)
    return is_invited or visitor(request).is_owner(account) or (is_new and is_in_front)


@for_people
def callback(request: Request) -> Response:
    """Finish what was begun, well or not: an answer of Spotify's is good for one attempt."""
    consent = way_to_spotify(request)
    limited(request, "sign_in")
    pending = consent.recall(request)
    if pending is None:
        raise Problem(400, NOTHING_BEGUN)
    finish = {CONNECT: _connected, SIGN_IN: signed_in, PLAYLIST: playlist_allowed}[pending.purpose]
    try:
        response = finish(request, consent, pending)
    except REFUSALS as error:
        response = refusal(request, error)
    forget(response, services(request).base_path)
    return response


def _connected(request: Request, consent: Consent, pending: Pending) -> Response:
    _refuse_changed(pending)
    sentence = _finished(request, consent, pending)
    with reading():
        account = find_account(pending.username)
    if first := services(request).first_collection:
        first.start(pending.username, sentence)
    if account is None or _is_somebody_else(request, account):
        return _page(request, sentence, pending.username, account)
    response = RedirectResponse(f"{services(request).base_path}/connect/done", 303, NO_STORE)
    begin(request, response, account.id, account.username)
    return response


def _finished(request: Request, consent: Consent, pending: Pending) -> str:
    """The connector's sentence. Raises Problem 403 for whoever had the same invitation, and came a moment later."""
    # Spotify may add to its answer what it likes; judging it is the connector's.
    came = pending.username, request.url.query, pending.state, pending.verifier, pending.invitation
    try:
        return consent.connector.finish(*came)
    except NotInvited as error:
        raise Problem(403, NOT_INVITED) from error


def _refuse_changed(pending: Pending) -> None:
    """Raises Problem 403 for what was allowed when it was begun, and is not any more."""
    with reading():
        account = find_account(pending.username)
        if pending.invitation and invited_account(pending.invitation) != pending.username:
            raise Problem(403, NOT_INVITED)
    if account is None or account.disabled:
        raise _not_yours()


def _is_somebody_else(request: Request, account: Account) -> bool:
    """Whoever connects for somebody else, as an administrator does, stays signed in as before."""
    who = visitor(request)
    return who.via == "session" and who.account_id != account.id


@for_people
def done(request: Request) -> Response:
    """How the first collection goes on, to the listener who is signed in; the page loads itself until it is over."""
    parameters(request)
    who = visitor(request)
    with reading():
        account = find_account(who.username) if who.via == "session" and who.username else None
        if account is None:
            query = urlencode({"next": "/connect/done"})
            return RedirectResponse(f"{services(request).base_path}/sign-in?{query}", 303, NO_STORE)
        plays = counts([account.id])[account.id].plays
    sentence = f"{account.username} is connected to Spotify as {account.display_name or account.username}."
    if not account.connected:
        sentence = f"{account.username} is not connected to Spotify now."
    return _page(request, sentence, account.username, account, plays)


def _page(
    request: Request, sentence: str, username: str, account: Account | None, plays: int | None = None
) -> Response:
    known = services(request)
    progress = known.first_collection.progress(username) if known.first_collection and plays is not None else None
    page = render(
        "connected.html",
        sentence=progress.sentence if progress else sentence,
        username=username,
        ends=consent_ends(account.authorised_at) if account and account.authorised_at and account.connected else None,
        progress=progress,
        plays=plays,
        version=known.version,
        base_path=known.base_path,
    )
    return Response(page, 200, NO_STORE, HTML)


def _not_yours() -> Problem:
    return Problem(403, NOT_YOURS.format(connecting=public_command("cli.py", "connect USERNAME")))
