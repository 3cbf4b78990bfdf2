"""/: the accounts, their state, and where to go next; it leads listeners who are signed in to their own Home."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from advice import public_command
from db.people.invitations import MINUTES
from insights.answers.reading import reading
from insights.plays.counts import Counts, counts, has_plays
from people.accounts import Account, all_accounts
from people.consent import Consent, consent_of
from people.never_connected import newcomers
from web.handlers.params import parameters
from web.http.answers import not_modified
from web.http.consent_redirect import NO_STORE
from web.http.services import services, spotify_data_deleted_at
from web.pages.frame import HOME, HOME_PERIOD, page, page_tag
from web.pages.languages import N_, _
from web.visitors.local_requests import is_from_this_machine
from web.visitors.visitor import readable, visitor

NO_ACCOUNT = N_(
    "There is no account yet. Name the listeners in `USERNAMES`, separated by commas, and restart the service."
)
NONE_TO_SEE = N_("No account here is public. Sign in to see your own; the person who runs this service can invite you.")
NO_SIGN_IN = N_(
    "No account here is public. To sign in, run `%(signing_in)s` on the machine that runs this service: it prints a "
    "link that signs your browser in. `%(publishing)s` makes an account public."
)


def home(request: Request) -> Response:
    parameters(request)
    can_connect = services(request).consent is not None
    with reading():
        every = all_accounts()
        accounts = [] if visitor(request).is_restricted else list(filter(readable(request, "users"), every))
        if own_home := _own_home(request, accounts):
            return own_home
        waiting = newcomers() if can_connect else []
        new = waiting if is_from_this_machine(request) else []
        log_has_links = _log_has_links(request, waiting)
        consents = _own_consents(request, accounts)
        why_empty = _why_empty(request, every)
        tag = page_tag(request, accounts, can_connect, why_empty, new, consents, log_has_links)
        if unchanged := not_modified(request, tag):
            return unchanged
        counted = counts([account.id for account in accounts])
    values = {
        "now": services(request).now(),
        "accounts": [(account, counted[account.id]) for account in accounts],
        "own": _own_counts(request, accounts, counted),
        "plays": sum(total.plays for total in counted.values()),
        "consents": consents,
        "connectable": _connectable(new, consents) if can_connect else (),
        "unseen": _unseen(new, accounts),
        "why_empty": why_empty,
        "log_has_links": log_has_links,
        "link_minutes": MINUTES,
        "going": {account.username: at for account in accounts if (at := spotify_data_deleted_at(request, account))},
    }
    return page(request, "home.html", values, tag=tag)


def _own_home(request: Request, accounts: Sequence[Account]) -> Response | None:
    """A redirect to the reader's own Home; None if there is nothing to see on it yet."""
    own = next(filter(visitor(request).is_owner, accounts), None)
    if own is None or not (own.connected or has_plays(own.id)):
        return None
    address = f"{services(request).base_path}/{HOME[0]}/{own.username}?{urlencode({'period': HOME_PERIOD})}"
    return RedirectResponse(address, 303, NO_STORE)


def _log_has_links(request: Request, waiting: Sequence[str]) -> bool:
    """Whether to point a visitor at the service's log, without saying whose accounts wait to be connected."""
    return bool(waiting) and not services(request).on_loopback and visitor(request).via == "nobody"


def _own_counts(
    request: Request, accounts: Sequence[Account], counted: Mapping[int, Counts]
) -> tuple[Account, Counts] | None:
    """The reader's own account, whose plays the page's first sentence is about."""
    who = visitor(request)
    return next(((account, counted[account.id]) for account in accounts if who.is_owner(account)), None)


def _own_consents(request: Request, accounts: Sequence[Account]) -> dict[str, Consent]:
    """Only the listener sees how long a consent lasts."""
    who, now = visitor(request), services(request).now()
    return {account.username: consent_of(account, now) for account in accounts if who.is_owner(account)}


def _connectable(new: Sequence[str], consents: Mapping[str, Consent]) -> list[str]:
    return [*new, *(username for username, consent in consents.items() if consent.state != "fine")]


def _why_empty(request: Request, every: Sequence[Account]) -> str:
    """Why the page shows no account. Commands and settings are in backticks, which the page shows as code."""
    if not every:
        return _(NO_ACCOUNT)
    return _(NONE_TO_SEE) if services(request).consent else _how_to_sign_in(request, every)


def _how_to_sign_in(request: Request, every: Sequence[Account]) -> str:
    """On the service's own machine, it names the only account; other visitors do not learn who is here."""
    is_plain = len(every) == 1 and is_from_this_machine(request)
    username = every[0].username if is_plain else "USERNAME"
    return _(NO_SIGN_IN) % {
        "signing_in": public_command("cli.py", "sign-in", username),
        "publishing": public_command("cli.py", "users visibility", username, "public"),
    }


def _unseen(new: Sequence[str], accounts: Sequence[Account]) -> list[str]:
    """Private accounts that nobody has connected yet and that this machine may connect."""
    shown = {account.username for account in accounts}
    return [username for username in new if username not in shown]
