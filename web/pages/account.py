"""/account: all that a listener decides about the own account, on one page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from connect.playlists import can_turn_on
from db.account_changes.time_zones import time_zones
from db.lists.playlists import wish_of
from db.people.accounts import AccountError
from db.people.api_tokens import LONGEST_NAME
from db.people.preferences import LONGEST_NAME as LONGEST_LISTENBRAINZ
from db.people.preferences import preference
from db.people.share_links import MOST_DAYS
from insights.answers.reading import reading
from people.access_overview import links_of, sessions_of, tokens_of
from people.accounts import Account
from people.consent import consent_of
from web.handlers.forms import FormHandler
from web.handlers.params import parameters
from web.http.answers import HTML
from web.http.consent_redirect import NO_STORE
from web.http.errors import Problem
from web.http.services import goes_at, services
from web.http.templates import render
from web.openapi.question_names import linked, questions
from web.pages.own import FILLED_IN_WRONGLY, own_account, to_sign_in
from web.visitors.csrf import csrf_token
from web.visitors.visitor import visitor

SCOPES = {  # and what a person reads
    "read": "ask about my listening",
    "submit": "send in plays, and what I think of recommendations",
    "administer": "administer the accounts of this service",
}


OwnHandler = Callable[[Request, Account, Mapping[str, object]], Response]


@dataclass(frozen=True, slots=True)
class Made:
    """A secret just made, which is shown this once; `number` is that of a token."""

    kind: str
    text: str
    number: int | None = None


def account(request: Request) -> Response:
    """The page, to the listener who is signed in; everybody else is sent to where one signs in."""
    parameters(request)
    own = own_account(request)
    return to_sign_in(request) if own is None else account_page(request, own)


def account_page(
    request: Request, own: Account, *, made: Made | None = None, refusal: str = "", status: int = 200
) -> Response:
    """With what was just `made`, or with the sentence that refuses what was just sent."""
    page = render(
        "account.html", account=own, made=made, refusal=refusal, csrf=csrf_token(request), **_stands(request, own)
    )
    return Response(page, status, NO_STORE, HTML)


def in_person(handle: OwnHandler) -> FormHandler:
    """`handle` gets the account of whoever is signed in; everybody else is sent to where one signs in.

    What it refuses is said on the page.
    """

    def handler(request: Request, form: Mapping[str, object]) -> Response:
        parameters(request)
        own = own_account(request)
        if own is None:
            return to_sign_in(request)
        try:
            return handle(request, own, form)
        except (AccountError, Problem) as refusal:
            if isinstance(refusal, Problem) and refusal.status != FILLED_IN_WRONGLY:
                raise
            return account_page(request, own, refusal=str(refusal), status=FILLED_IN_WRONGLY)

    return handler


def _stands(request: Request, own: Account) -> Mapping[str, object]:
    known, now = services(request), services(request).now()
    with reading():
        tokens, links = tokens_of(own.id), links_of(own.id)
        wishes = preference(own.id)
        sessions, playlist = sessions_of(own.id, visitor(request).session), wish_of(own.id)
    return {
        "consent": consent_of(own, now),
        "goes_at": goes_at(request, own),
        "can_connect": known.consent is not None,
        "wishes": wishes,
        "longest_listenbrainz": LONGEST_LISTENBRAINZ,
        "playlist": playlist,
        "playlist_allowed": can_turn_on(own, playlist),
        "zone": own.zones.at(now),
        "earlier_zones": own.zones.moves[1:] if len(own.zones.moves) > 1 else (),
        "zone_names": zone_names(),
        "tokens": tokens,
        "links": links,
        "sessions": sessions,
        "scopes": {scope: does for scope, does in SCOPES.items() if _is_offered(scope, own, known.administrators)},
        "questions": questions(),
        "linked": linked(),
        "longest_name": LONGEST_NAME,
        "most_days": MOST_DAYS,
        "version": known.version,
        "base_path": known.base_path,
    }


def _is_offered(scope: str, own: Account, administrators: frozenset[str]) -> bool:
    return scope != "administer" or own.username in administrators


@cache
def zone_names() -> tuple[str, ...]:
    """To choose from: places, and not names for offsets."""
    return ("UTC", *sorted(name for name in time_zones() if "/" in name and not name.startswith("Etc/")))
