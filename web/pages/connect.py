"""/connect, /connect/callback, /connect/done: take listeners to Spotify's consent page and back, show progress."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from advice import public_command
from collect.first_collection import Progress
from db.people.accounts import NOT_INVITED, NotInvited
from db.people.invitations import invited_account
from insights.answers.reading import reading
from insights.plays.counts import counts
from people.accounts import Account, find_account
from people.consent import consent_ends
from people.never_connected import newcomers
from web.handlers.params import a_username, parameters
from web.http.consent_flow import CONNECT, LIBRARY, PLAYLIST, SIGN_IN, Consent, Pending, forget
from web.http.consent_redirect import NO_STORE, begun_elsewhere, to_spotify, way_to_spotify
from web.http.errors import REFUSALS, Problem
from web.http.rate_limits import limited
from web.http.services import services
from web.languages.sentences import Sentence
from web.pages.frame import page
from web.pages.languages import _
from web.pages.refusals import for_people, refusal
from web.pages.sign_in import signed_in
from web.pages.spotify_library import library_allowed
from web.pages.todays_playlist import playlist_allowed
from web.visitors.browser_session import begin_browser_session
from web.visitors.csrf import is_of_another_page
from web.visitors.local_requests import is_from_this_machine
from web.visitors.visitor import visitor

NOTHING_BEGUN = Sentence(
    "No sign-in was started in this browser within the last ten minutes: start again from the home page, /."
)


@for_people
def connect(request: Request) -> Response:
    """Redirect the browser to Spotify; an encrypted cookie remembers the account."""
    query = parameters(request, "username", "invitation")
    username, invitation = a_username(query, "username"), query.get("invitation", "")
    consent = way_to_spotify(request)
    # From there, the request would look as if another site's page had led here, so the page with the button is shown.
    begins_on_a_page = not invitation and "sec-fetch-site" in request.headers
    if elsewhere := begun_elsewhere(request, consent, "/" if begins_on_a_page else f"/connect?{urlencode(query)}"):
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
    """Finish the flow, or say why not: an answer from Spotify is valid for one attempt."""
    consent = way_to_spotify(request)
    limited(request, "sign_in")
    pending = consent.recall(request)
    if pending is None:
        raise Problem(400, NOTHING_BEGUN)
    finish = FINISHING[pending.purpose]
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
    begin_browser_session(request, response, account.id, account.username)
    return response


def _finished(request: Request, consent: Consent, pending: Pending) -> str:
    """The connector's sentence. Raises Problem 403 if somebody else has just used the same invitation."""
    # Spotify may add parameters to its answer, so the connector is the one to check it.
    callback = pending.username, request.url.query, pending.state, pending.verifier, pending.invitation
    try:
        return consent.connector.finish(*callback)
    except NotInvited as error:
        raise Problem(403, Sentence(NOT_INVITED)) from error


def _refuse_changed(pending: Pending) -> None:
    """Raises Problem 403 if connecting was allowed at the beginning and no longer is."""
    with reading():
        account = find_account(pending.username)
        if pending.invitation and invited_account(pending.invitation) != pending.username:
            raise Problem(403, Sentence(NOT_INVITED))
    if account is None or account.disabled:
        raise _not_yours()


def _is_somebody_else(request: Request, account: Account) -> bool:
    """Administrators who connect an account for somebody else stay signed in as themselves."""
    who = visitor(request)
    return who.via == "session" and who.account_id != account.id


@for_people
def done(request: Request) -> Response:
    """Show the signed-in listener the progress of the first collection; the page reloads itself until it is over."""
    parameters(request)
    who = visitor(request)
    with reading():
        account = find_account(who.username) if who.via == "session" and who.username else None
        if account is None:
            query = urlencode({"next": "/connect/done"})
            return RedirectResponse(f"{services(request).base_path}/sign-in?{query}", 303, NO_STORE)
    collection = services(request).first_collection
    # Read before the plays are counted: if the collection ends in between, it has already stored them.
    progress = collection.progress(account.username) if collection else None
    with reading():
        plays = counts([account.id])[account.id].plays
    names = {"name": account.username, "listener": account.display_name or account.username}
    sentence = _("%(name)s is connected to Spotify as %(listener)s.") % names
    if not account.connected:
        sentence = _("%(name)s is not connected to Spotify.") % names
    return _page(request, sentence, account.username, account, progress, plays)


def _page(
    request: Request,
    sentence: str,
    username: str,
    account: Account | None,
    progress: Progress | None = None,
    plays: int | None = None,
) -> Response:
    values = {
        "sentence": progress.sentence if progress else sentence,
        "username": username,
        "ends": consent_ends(account.authorised_at)
        if account and account.authorised_at and account.connected
        else None,
        "progress": progress,
        "plays": plays,
    }
    return page(request, "connected.html", values)


def _not_yours() -> Problem:
    sentence = Sentence(
        "You can't connect this account from here. Sign in as its listener at /sign-in, or open a valid invitation. To "
        "connect it for the first time, open http://127.0.0.1 on the machine that runs this service, or the link in "
        "its container's log. `%(connecting)s` works everywhere.",
        connecting=public_command("cli.py", "connect USERNAME"),
    )
    return Problem(403, sentence)


FINISHING = {CONNECT: _connected, SIGN_IN: signed_in, PLAYLIST: playlist_allowed, LIBRARY: library_allowed}
