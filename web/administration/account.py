"""/administration/<username>: one account; invite, rename, disable and enable it."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from db.people.accounts import AccountError
from db.people.invitations import DAYS
from insights.answers.reading import reading
from people.access import disable, enable
from people.account_changes import Changes, add_account, change_account
from people.accounts import Account, find_account
from people.actors import Actor
from people.consent import consent_of
from web.accounts.invitations import new_invitation
from web.administration.overview import overview, zone_of
from web.administration.words import state_of
from web.handlers.forms import Form, FormHandler, fields
from web.handlers.params import USERNAME, parameters
from web.http.consent_redirect import NO_STORE
from web.http.errors import Problem, no_account
from web.http.services import services
from web.languages.sentences import Sentence, shown_error
from web.pages.frame import page
from web.pages.languages import _
from web.pages.notices import Notice, leave_notice
from web.pages.own import UNPROCESSABLE, invalid_field
from web.pages.refusals import for_people
from web.visitors.administrators import administrator

Change = Callable[[Request, Account, Form, Actor], Response]
PATH = "/administration"
CONFIRM, ON = "confirm", "on"


@for_people
def administered_account(request: Request) -> Response:
    """The page of one account. Raises Problem 401, 403 and 404."""
    parameters(request)
    by = administrator(request)
    with reading():
        account = _account(request)
    return _page(request, account, by)


def _page(request: Request, account: Account, by: Actor, *, refusal: str = "", made: str = "") -> Response:
    now = services(request).now()
    with reading():
        zone = zone_of(request, by)
    consent = consent_of(account, now)
    notice = Notice(_("Nothing was changed."), refusal, "bad") if refusal else None
    values = {
        "account": account,
        "state": state_of(account, consent),
        "consent": consent,
        "zone": zone,
        "made": made,
        "invitation_days": DAYS,
        "is_own": account.username == by.username,
        "can_connect": services(request).consent is not None,
    }
    status = UNPROCESSABLE if refusal else 200
    return page(request, "administration/account.html", values, status=status, notice=notice)


def _account(request: Request) -> Account:
    username = request.path_params["username"]
    account = find_account(username) if USERNAME.fullmatch(username) else None
    if account is None:
        raise no_account(username)
    return account


def add_on_page(request: Request, form: Form) -> Response:
    """Add an account, private and not connected, and show its page."""
    by = administrator(request)
    parameters(request)
    sent = fields(form, "username", "time_zone")
    try:
        with reading():
            username, zone = sent.get("username", "").strip(), sent.get("time_zone", "").strip()
            account = add_account(username, zone, services(request).scan_mode, by)
    except AccountError as refusal:
        return overview(request, by, refusal=shown_error(refusal))
    return _to(request, account.username, "account-added")


def _changing(change: Change) -> FormHandler:
    """A form's handler that gets the account; the account's page shows its errors."""

    def handler(request: Request, form: Mapping[str, object]) -> Response:
        by = administrator(request)
        parameters(request)
        with reading():
            account = _account(request)
        try:
            return change(request, account, form, by)
        except (AccountError, Problem) as refusal:
            if isinstance(refusal, Problem) and refusal.status != UNPROCESSABLE:
                raise
            return _page(request, account, by, refusal=shown_error(refusal))

    return handler


@_changing
def invite_on_page(request: Request, account: Account, form: Form, by: Actor) -> Response:
    """The page with the link, shown only once."""
    fields(form)
    with reading():
        return _page(request, account, by, made=new_invitation(request, account, by))


@_changing
def rename_on_page(request: Request, account: Account, form: Form, by: Actor) -> Response:
    username = fields(form, "username").get("username", "").strip()
    with reading():
        changed = change_account(account, Changes(username=username), services(request).now(), by)
    return _to(request, changed.username, "account-renamed")


@_changing
def disable_on_page(request: Request, account: Account, form: Form, by: Actor) -> Response:
    _confirm(form)
    with reading():
        disable(account, by)
    return _to(request, account.username, "account-disabled")


@_changing
def enable_on_page(request: Request, account: Account, form: Form, by: Actor) -> Response:
    _confirm(form)
    with reading():
        enable(account, by)
    return _to(request, account.username, "account-enabled")


def _confirm(form: Form) -> None:
    if fields(form, CONFIRM).get(CONFIRM) != ON:
        raise invalid_field(CONFIRM, Sentence("must be %(on)s: tick the box", on=ON))


def _to(request: Request, username: str, notice: str) -> Response:
    response = RedirectResponse(f"{services(request).base_path}{PATH}/{username}", 303, NO_STORE)
    leave_notice(request, response, notice)
    return response
