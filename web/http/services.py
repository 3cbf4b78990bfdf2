"""What application.py passes to the handlers: settings, and the objects that it builds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from collect.first_collection import FirstCollection
from collect.uploads.background import BackgroundImports
from db.engine.cipher import Cipher
from db.people.scan_modes import ScanMode
from people.accounts import Account
from people.withdrawal import data_deleted_at
from web.http.consent_flow import Consent


@dataclass(frozen=True)
class Services:
    """The settings and services. `consent` is None if connecting is not possible; `why_not_connect` says why.

    `sealer` is None without a SECRET_KEY: then no OAuth tokens are issued. `administrators` are usernames.
    `calls_a_day` is the API budget of each developer account, without that of live collecting; the settings'
    `client_id` names one of them. `scan_mode` is that of new accounts.
    `metrics_public`: everybody may read /metrics, without usernames. `keep_after_disconnect`: data from Spotify stays
    after a listener withdraws the consent there. `over_https`: visitors come over HTTPS, according to REDIRECT_URI,
    with or without a Spotify app. `on_loopback`: the service listens on this machine only. Elsewhere (in a container,
    in a network), a loopback address can be a forwarder's, so the first connection needs a link from the log.
    `base_path` precedes every path of ours in links, redirects and cookies, as in /insight; it may be empty.
    `is_demo`: all listeners are made up.
    """

    version: str
    now: Callable[[], datetime]
    consent: Consent | None = None
    sealer: Cipher | None = None
    administrators: frozenset[str] = frozenset()
    why_not_connect: str = ""
    week_starts: str = "monday"
    base_path: str = ""
    keep_after_disconnect: bool = False
    scan_mode: ScanMode = "recent"
    calls_a_day: int = 1000
    live_calls_a_day: int = 2000
    client_id: str | None = None
    metrics_public: bool = False
    first_collection: FirstCollection | None = None
    imports: BackgroundImports | None = None
    over_https: bool = False
    on_loopback: bool = True
    is_demo: bool = False
    webhook_hosts: frozenset[str] = frozenset()  # private ones that webhooks may reach
    music_services: tuple[str, ...] = ()  # names of those that this installation contacts besides Spotify


def services(request: Request) -> Services:
    handed_in: Services = request.app.state.services
    return handed_in


def spotify_data_deleted_at(request: Request, account: Account) -> datetime | None:
    """When the account's data from Spotify is deleted, because its consent was withdrawn; None if it stays."""
    return data_deleted_at(account, keep_after_disconnect=services(request).keep_after_disconnect)
