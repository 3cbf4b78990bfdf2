"""One account as JSON, as far as the visitor may see it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from db.people.scan_modes import scanning_of
from insights.plays.counts import Counts, counts
from people.accounts import Account
from people.former_usernames import former_usernames
from web.accounts.account_status import shown_standing
from web.answer_types.users import User, UserLinks, UsernameOnly
from web.answer_types.values import maybe_moment
from web.http.answers import answer, not_modified
from web.http.etags import etag
from web.http.services import services, spotify_data_deleted_at
from web.visitors.administrators import is_administrator
from web.visitors.visitor import readable, visitor


def shown_user(account: Account, counts: Counts, now: datetime, base_path: str, deleted_at: datetime | None) -> User:
    """As a row of /users. `deleted_at` is when data from Spotify is deleted, because the consent was withdrawn."""
    return User(
        username=account.username,
        display_name=account.display_name,
        connected=account.connected,
        reconnect_needed=account.reconnect_needed,
        spotify_data_deleted_at=maybe_moment(deleted_at),
        plays=counts.plays,
        first_played_at=maybe_moment(counts.first_played_at),
        last_played_at=maybe_moment(counts.last_played_at),
        time_zone=account.zones.at(now),
        links=_links(account, base_path),
    )


def _links(account: Account, base_path: str) -> UserLinks:
    return UserLinks(
        history=f"{base_path}/history/{account.username}",
        recommendations=f"{base_path}/user-recommendations/{account.username}",
        connect=None if account.connected else f"{base_path}/connect?username={account.username}",
    )


def one_user(request: Request, account: Account) -> User:
    """A row of /users, with `standing` for its listener and for administrators. Needs an open connection.

    Administrators who may not read the account do not see when the listener listened.
    """
    app, who = services(request), visitor(request)
    now, may_read = app.now(), readable(request)(account)
    deleted_at = spotify_data_deleted_at(request, account)
    shown = shown_user(account, counts([account.id])[account.id], now, app.base_path, deleted_at)
    if not may_read:
        shown = replace(shown, first_played_at=None, last_played_at=None)
    is_own = may_read and who.account_id == account.id and who.via != "link"
    if is_own or is_administrator(request):
        former, scanning = former_usernames(account.id), scanning_of(account.id)
        return replace(shown, standing=shown_standing(account, former, scanning, now, deleted_at))
    return shown


def name_only(request: Request, account: Account) -> Response:
    """For a link that may show only the name of the account: no all-time totals, and no last play."""
    return _named(request, UsernameOnly(account.username))


def names_only(request: Request, accounts: Sequence[Account]) -> Response:
    """The same as a list."""
    return _named(request, [UsernameOnly(account.username) for account in accounts])


def _named(request: Request, body: object) -> Response:
    tag = etag(request, [], body)
    return not_modified(request, tag) or answer(request, body, tag)
