"""/account/tokens: the tokens with which programs act for a listener; create and revoke them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from db.people.api_tokens import LONGEST_NAME
from insights.answers.reading import reading
from people.access_overview import tokens_of
from people.accounts import Account
from people.tokens import create_token, revoke_token
from web.handlers.forms import fields
from web.http.origin import own_origin
from web.http.services import services
from web.openapi.question_names import questions
from web.own_account.own_page import OwnPage
from web.own_account.token_examples import examples
from web.own_account.words import offered, question_title
from web.pages.languages import _
from web.pages.own import MOST_ID, back, whole_number
from web.visitors.actors import actor

MOST_TOKEN_DAYS = 3660
ASKS = "question:"  # before the name of a question that a token may ask
NEVER = "never"


def scopes() -> dict[str, str]:
    """What a token can be allowed to do, in words."""
    return {
        "read": _("Read my listening"),
        "submit": _("Submit plays and feedback on recommendations"),
        "administer": _("Manage the accounts of this service"),
        "widget": _("Read a few totals in a widget that sends the token in the address (nothing else)"),
    }


def _values(request: Request, own: Account) -> Mapping[str, object]:
    app, does = services(request), scopes()
    with reading():
        tokens = tokens_of(own.id)
    return {
        "zone": own.zones.at(app.now()),
        "tokens": tokens,
        "does": does,
        "offered": {scope: does[scope] for scope in does if scope != "administer" or _administers(request, own)},
        "questions": offered(questions(), own),
        "title_of": question_title,
        "longest_name": LONGEST_NAME,
        "address": f"{own_origin(request)}{app.base_path}",
    }


def _administers(request: Request, own: Account) -> bool:
    return own.username in services(request).administrators


TOKENS = OwnPage("tokens", "tokens.html", _values)


@TOKENS.form
def make_own_token(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """The page with the new token, shown only once, and what to do with it."""
    sent = fields(form, "name", "days", *scopes(), *(ASKS + question for question in questions()))
    asks = [name.removeprefix(ASKS) for name in sent if name.startswith(ASKS)]
    name, granted, ends = sent.get("name", ""), scopes().keys() & sent, _end(request, sent)
    by = actor(request)
    with reading():
        token = create_token(own, name, granted, asks or None, ends, by.administrators, by)
    shown = examples(request, own, token.secret.text, granted, asks)
    return TOKENS.show(request, own, made=token.secret.text, number=token.number, examples=shown)


def _end(request: Request, sent: Mapping[str, str]) -> datetime | None:
    if sent.get("days") == NEVER:
        return None
    return services(request).now() + timedelta(days=whole_number(sent, "days", 1, MOST_TOKEN_DAYS))


@TOKENS.form
def revoke_own_token(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Back to the page, where the token is listed as revoked."""
    number = whole_number(fields(form, "id"), "id", 1, MOST_ID)
    with reading():
        revoke_token(own, number, actor(request))
    return back(request, "tokens")
