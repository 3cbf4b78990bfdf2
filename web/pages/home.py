"""/: what this is, who listens here, and where to go on."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from advice import public_command
from db.people.invitations import MINUTES
from insights.answers.reading import reading
from insights.plays.counts import counts
from people.accounts import Account, all_accounts
from people.consent import Consent, consent_of
from people.never_connected import newcomers
from web.handlers.params import parameters
from web.http.answers import answer, not_modified
from web.http.etags import etag
from web.http.services import goes_at, services
from web.http.templates import render
from web.visitors.csrf import csrf_token
from web.visitors.local_requests import is_from_this_machine
from web.visitors.visitor import readable, visitor

NO_ACCOUNT = "There is no account yet. Name the listeners in USERNAMES, separated by commas, and start again."
NONE_TO_SEE = "No account here is public. Sign in to see your own; whoever runs this service can invite you."
NO_SIGN_IN = (
    "No account here is public. To sign in, type `{signing_in}` on the machine that runs this service: it prints a "
    "link that signs your browser in. `{publishing}` lets everybody read an account."
)


def home(request: Request) -> Response:
    parameters(request)
    can_connect = services(request).consent is not None
    with reading():
        every = all_accounts()
        accounts = [] if visitor(request).is_restricted else list(filter(readable(request, "users"), every))
        waiting = newcomers() if can_connect else []
        new = waiting if is_from_this_machine(request) else []
        log_has_links = _log_has_links(request, waiting)
        consents = _own_consents(request, accounts)
        why_empty = _why_empty(request, every)
        tag = etag(request, accounts, can_connect, why_empty, csrf_token(request), new, consents, log_has_links)
        if unchanged := not_modified(request, tag):
            return unchanged
        counted = counts([account.id for account in accounts])
    page = render(
        "home.html",
        accounts=[(account, counted[account.id]) for account in accounts],
        plays=sum(total.plays for total in counted.values()),
        consents=consents,
        connectable=_connectable(new, consents) if can_connect else (),
        unseen=_unseen(new, accounts),
        why_empty=why_empty,
        log_has_links=log_has_links,
        link_minutes=MINUTES,
        going={account.username: at for account in accounts if (at := goes_at(request, account))},
        **_frame(request),
    )
    return answer(request, page, tag)


def _log_has_links(request: Request, waiting: Sequence[str]) -> bool:
    """Whether to point a visitor at the service's log, without a word on whose accounts wait to be connected."""
    return bool(waiting) and not services(request).on_loopback and visitor(request).via == "nobody"


def _frame(request: Request) -> dict[str, object]:
    """What the page says whichever accounts there are."""
    known, who = services(request), visitor(request)
    return {
        "now": known.now(),
        "version": known.version,
        "base_path": known.base_path,
        "can_connect": known.consent is not None,
        "signed_in_as": who.username if who.via == "session" else None,
        "csrf": csrf_token(request),
    }


def _own_consents(request: Request, accounts: Sequence[Account]) -> dict[str, Consent]:
    """How long it lasts is nobody's business but the listener's."""
    who, now = visitor(request), services(request).now()
    return {account.username: consent_of(account, now) for account in accounts if who.is_owner(account)}


def _connectable(new: Sequence[str], consents: Mapping[str, Consent]) -> list[str]:
    return [*new, *(username for username, consent in consents.items() if consent.state != "fine")]


def _why_empty(request: Request, every: Sequence[Account]) -> str:
    if not every:
        return NO_ACCOUNT
    return NONE_TO_SEE if services(request).consent else _how_to_sign_in(request, every)


def _how_to_sign_in(request: Request, every: Sequence[Account]) -> str:
    """On the service's own machine with the name of the only account; others do not learn who is here."""
    is_plain = len(every) == 1 and is_from_this_machine(request)
    username = every[0].username if is_plain else "USERNAME"
    return NO_SIGN_IN.format(
        signing_in=public_command("cli.py", "sign-in", username),
        publishing=public_command("cli.py", "users visibility", username, "public"),
    )


def _unseen(new: Sequence[str], accounts: Sequence[Account]) -> list[str]:
    """Those who wait to be connected from this machine, and whose accounts are not shown for being private."""
    shown = {account.username for account in accounts}
    return [username for username in new if username not in shown]
