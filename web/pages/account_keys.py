"""POST /account/tokens, /account/links: make and revoke what lets programs and other people read."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from audit import note
from db.people.api_tokens import make_token, number_of, revoke_token
from db.people.share_links import MOST_DAYS, Shared, make_link, take_back_link
from insights.answers.periods import NotAPeriod, named_period
from insights.answers.reading import reading
from people.accounts import KnownAccount
from people.days import local_date
from web.handlers.forms import fields
from web.http.errors import Problem
from web.http.origin import own_origin
from web.http.services import services
from web.openapi.question_names import first_page, linked, questions, why_nothing_is_left
from web.pages.account import SCOPES, NewSecret, account_page, in_person
from web.pages.own import UNPROCESSABLE, back, invalid_field, one_of, whole_number
from web.questions.question_request import PERIODS

MOST_TOKEN_DAYS, MOST_ID = 3660, 2**63 - 1
ASKS = "question:"  # before the name of a question that a token may ask
NEVER, ALL = "never", "all"


@in_person
def make_own_token(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """The page with the new token, shown this once."""
    sent = fields(form, "name", "days", *SCOPES, *(ASKS + question for question in questions()))
    if "administer" in sent and own.username not in services(request).administrators:
        raise invalid_field("administer", "takes an administrator's account")
    asks = [name.removeprefix(ASKS) for name in sent if name.startswith(ASKS)]
    with reading():
        secret = make_token(own.id, sent.get("name", ""), SCOPES.keys() & sent, asks or None, _end(request, sent))
        number = number_of(secret)
    note("token-made", own.username, token=number)
    return account_page(request, own, made=NewSecret("token", secret.text, number))


def _end(request: Request, sent: Mapping[str, str]) -> datetime | None:
    if sent.get("days") == NEVER:
        return None
    return services(request).now() + timedelta(days=whole_number(sent, "days", 1, MOST_TOKEN_DAYS))


@in_person
def revoke_own_token(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """Back to the page, where the token is listed as revoked."""
    number = whole_number(fields(form, "id"), "id", 1, MOST_ID)
    with reading():
        revoke_token(own.id, number)
    note("token-revoked", own.username, token=number)
    return back(request, "tokens")


@in_person
def make_own_link(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """The page with the whole address of the new link, shown this once."""
    sent = fields(form, "question", "period", "redacted", "days")
    shared, days = _shared(request, own, sent), whole_number(sent, "days", 1, MOST_DAYS)
    with reading():
        secret = make_link(own.id, shared, days)
    note("link-made", own.username, **shared.facts())
    first = first_page(shared.question, shared.period, redacted=shared.redacted)
    origin = f"{own_origin(request)}{services(request).base_path}"
    return account_page(request, own, made=NewSecret("link", f"{origin}/{first}/{own.username}?share={secret.text}"))


def _shared(request: Request, own: KnownAccount, sent: Mapping[str, str]) -> Shared:
    question = one_of(sent, "question", linked()) if sent.get("question") else None
    shared = Shared(question, _period(request, own, sent), "redacted" in sent)
    if why := why_nothing_is_left(shared.question, shared.period, redacted=shared.redacted):
        raise Problem(UNPROCESSABLE, why)
    return shared


def _period(request: Request, own: KnownAccount, sent: Mapping[str, str]) -> str | None:
    name = sent.get("period", "").strip()
    if name in {"", ALL}:
        return None
    today = local_date(own.zones, services(request).now())
    try:
        named_period(name, own.zones, today, services(request).week_starts)
    except NotAPeriod as error:
        raise invalid_field("period", PERIODS) from error
    return name


@in_person
def revoke_own_link(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """Back to the page, where the link is listed as revoked."""
    number = whole_number(fields(form, "id"), "id", 1, MOST_ID)
    with reading():
        take_back_link(own.id, number)
    note("link-taken-back", own.username, link=number)
    return back(request, "links")
