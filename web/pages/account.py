"""/account: everything that listeners decide about their own account, on one page."""

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
from web.http.errors import Problem
from web.http.services import goes_at, services
from web.languages.catalogues import LANGUAGES
from web.openapi.question_names import linked, questions
from web.pages.frame import page
from web.pages.notices import Notice
from web.pages.own import UNPROCESSABLE, own_account, to_sign_in
from web.visitors.visitor import visitor

SCOPES = {  # and what the page calls them
    "read": "Read my listening",
    "submit": "Submit plays and feedback on recommendations",
    "administer": "Manage the accounts of this service",
}


OwnHandler = Callable[[Request, Account, Mapping[str, object]], Response]


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A token or link that was just created, shown only once; `number` is the token's."""

    kind: str
    text: str
    number: int | None = None


def account(request: Request) -> Response:
    """The page, for the listener who is signed in; everybody else is redirected to the sign-in page."""
    parameters(request)
    own = own_account(request)
    return to_sign_in(request) if own is None else account_page(request, own)


def account_page(
    request: Request, own: Account, *, made: NewSecret | None = None, refusal: str = "", status: int = 200
) -> Response:
    """With the secret just `made`, or with the error of the form just sent."""
    notice = Notice("Nothing was changed.", refusal, "bad") if refusal else None
    values = {"account": own, "made": made, **_sections(request, own)}
    return page(request, "account.html", values, status=status, notice=notice)


def in_person(handle: OwnHandler) -> FormHandler:
    """A form's handler that gets the account of the signed-in listener; the page shows its errors."""

    def handler(request: Request, form: Mapping[str, object]) -> Response:
        parameters(request)
        own = own_account(request)
        if own is None:
            return to_sign_in(request)
        try:
            return handle(request, own, form)
        except (AccountError, Problem) as refusal:
            if isinstance(refusal, Problem) and refusal.status != UNPROCESSABLE:
                raise
            return account_page(request, own, refusal=str(refusal), status=UNPROCESSABLE)

    return handler


def _sections(request: Request, own: Account) -> Mapping[str, object]:
    """The values that the sections of the page show now."""
    app, now = services(request), services(request).now()
    with reading():
        tokens, links = tokens_of(own.id), links_of(own.id)
        wishes = preference(own.id)
        sessions, playlist = sessions_of(own.id, visitor(request).session), wish_of(own.id)
    return {
        "consent": consent_of(own, now),
        "goes_at": goes_at(request, own),
        "can_connect": app.consent is not None,
        "wishes": wishes,
        "longest_listenbrainz": LONGEST_LISTENBRAINZ,
        "playlist": playlist,
        "playlist_allowed": can_turn_on(own, playlist),
        "languages": tuple(LANGUAGES.items()),
        "chosen_language": visitor(request).language,
        "zone": own.zones.at(now),
        "earlier_zones": own.zones.moves[1:] if len(own.zones.moves) > 1 else (),
        "zone_names": zone_names(),
        "tokens": tokens,
        "links": links,
        "sessions": sessions,
        "scopes": {scope: does for scope, does in SCOPES.items() if _is_offered(scope, own, app.administrators)},
        "questions": questions(),
        "linked": linked(),
        "longest_name": LONGEST_NAME,
        "most_days": MOST_DAYS,
    }


def _is_offered(scope: str, own: Account, administrators: frozenset[str]) -> bool:
    return scope != "administer" or own.username in administrators


@cache
def zone_names() -> tuple[str, ...]:
    """The zones to choose from: places, without plain offsets."""
    return ("UTC", *sorted(name for name in time_zones() if "/" in name and not name.startswith("Etc/")))
