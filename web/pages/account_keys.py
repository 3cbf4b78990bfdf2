"""POST /account/tokens, /account/links: create and revoke tokens for programs and links for other people."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from db.people.share_links import MOST_DAYS, LinkScope
from insights.answers.periods import NotAPeriod, named_period
from insights.answers.reading import reading
from people.accounts import Account
from people.days import local_date
from people.links import revoke_link
from people.tokens import create_token, revoke_token
from web.accounts.new_links import create_link
from web.handlers.forms import fields
from web.handlers.params import PERIODS
from web.http.origin import own_origin
from web.http.services import services
from web.openapi.question_names import linked, questions
from web.pages.account import SCOPES, NewSecret, account_page, in_person
from web.pages.own import back, invalid_field, one_of, whole_number
from web.visitors.actors import actor

MOST_TOKEN_DAYS, MOST_ID = 3660, 2**63 - 1
ASKS = "question:"  # before the name of a question that a token may ask
NEVER, ALL = "never", "all"


@in_person
def make_own_token(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """The page with the new token, shown only once."""
    sent = fields(form, "name", "days", *SCOPES, *(ASKS + question for question in questions()))
    asks = [name.removeprefix(ASKS) for name in sent if name.startswith(ASKS)]
    name, scopes, ends = sent.get("name", ""), SCOPES.keys() & sent, _end(request, sent)
    by = actor(request)
    with reading():
        token = create_token(own, name, scopes, asks or None, ends, by.administrators, by)
    return account_page(request, own, made=NewSecret("token", token.secret.text, token.number))


def _end(request: Request, sent: Mapping[str, str]) -> datetime | None:
    if sent.get("days") == NEVER:
        return None
    return services(request).now() + timedelta(days=whole_number(sent, "days", 1, MOST_TOKEN_DAYS))


@in_person
def revoke_own_token(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Back to the page, where the token is listed as revoked."""
    number = whole_number(fields(form, "id"), "id", 1, MOST_ID)
    with reading():
        revoke_token(own, number, actor(request))
    return back(request, "tokens")


@in_person
def make_own_link(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """The page with the whole address of the new link, shown only once."""
    sent = fields(form, "question", "period", "redacted", "days")
    question = one_of(sent, "question", linked()) if sent.get("question") else None
    scope = LinkScope(question, _period(request, own, sent), "redacted" in sent)
    with reading():
        link = create_link(own, scope, whole_number(sent, "days", 1, MOST_DAYS), actor(request))
    address = f"{own_origin(request)}{services(request).base_path}{link.path}"
    return account_page(request, own, made=NewSecret("link", address))


def _period(request: Request, own: Account, sent: Mapping[str, str]) -> str | None:
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
def revoke_own_link(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Back to the page, where the link is listed as revoked."""
    number = whole_number(fields(form, "id"), "id", 1, MOST_ID)
    with reading():
        revoke_link(own, number, actor(request))
    return back(request, "links")
