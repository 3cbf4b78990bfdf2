"""Door: the web program. `python application.py` serves; `application:app` is the same for another ASGI server.

Exit status 0 after SIGTERM or Ctrl-C, 1 when the database or the port cannot be had, 78 when a setting is wrong.
"""

import errno
import logging
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette

import advice
import logs
import settings as configuration
from arguments import Parser, door, version
from collect.first_collection import FirstCollection
from connect.apps import named_apps
from connect.connecting import Connecting
from connect.session import Spotify
from db.engine.capacity import connections_allowed
from db.engine.cipher import Cipher
from db.engine.connection import DatabaseUnreachable, connected, open_database
from db.engine.server import ServerError
from db.people.accounts import ensure_accounts
from db.startup.migrate import DatabaseTooNew
from db.startup.opening import SecretKeyMissing, opened_database, secret_key
from db.startup.versions import news_of_the_upgrade
from ending import end_in_order, run_to_end
from settings import Settings, SettingsError
from spotify.http import Http
from spotify.oauth import service_address
from web.http.consent_flow import Consent
from web.http.hosts import LOOPBACK
from web.http.services import Services
from web.pages.startup_page import StartPage, Startup
from web.routes import first_words
from web.server.connections import BACKLOG, Connection
from web.server.early_server import meanwhile
from web.server.middleware import RequestMiddleware
from web.server.processes import end_with_parent, serve_by
from web.server.request_metrics import RequestMetrics
from web.service import THREADS, web_service
from web.visitors.first_connect_links import links_to_connect
from web.visitors.token_lookups import THREADS as LOOKUP_THREADS

DATA = configuration.data_folder()
WRONG_SETTING = 78  # EX_CONFIG
# So that /ready is answered while all threads are busy, and a first collection goes on.
CONNECTIONS = THREADS + LOOKUP_THREADS + 4
OTHER_CONNECTIONS = 18  # of whoever collects, imports and started the processes that serve
SHUTDOWN_SECONDS = 10
EXAMPLES = {
    "": [
        ("", "serve on http://127.0.0.1:8000; the settings say where else (docs/operations.md)"),
        ("--version", "print the version and exit"),
    ]
}


class CannotListen(Exception):
    """The address cannot be listened on; the sentence says which, and what to do."""


app: Starlette

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Starlette:
        """`app` is made when a server asks for it, so that importing this module opens nothing."""
        if name == "app":
            return create_application()
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def create_application(settings: Settings | None = None, *, prepare: bool = True) -> Starlette:
    """The service. It opens and prepares the database when it starts, unless `prepare` says that this is done."""
    settings = settings or configuration.read()
    refuse_own_address(settings.base_path)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with prepared(settings) if prepare else nullcontext():
            yield

    return web_service(
        build_services(settings),
        (settings.host, *settings.allowed_hosts),
        lifespan,
        proxies=settings.trusted_proxies,
        over_https=_is_over_https(settings),
        question_seconds=settings.question_seconds,
    )


def _is_over_https(settings: Settings) -> bool:
    return settings.redirect_uri.startswith("https:")


def build_services(settings: Settings) -> Services:
    """What the handlers work with."""
    cipher, no_key = build_sealer(settings)
    consent, why_not = build_consent(settings, cipher, no_key)
    return Services(
        version(),
        utc_now,
        consent=consent,
        why_not_connect=why_not,
        sealer=cipher,
        administrators=frozenset(settings.administrators),
        week_starts=settings.week_starts,
        base_path=settings.base_path,
        keep_after_disconnect=settings.keep_after_disconnect,
        calls_a_day=settings.api_calls_a_day,
        client_id=settings.client_id,
        metrics_public=settings.metrics_public,
        first_collection=build_first_collection(settings, cipher) if cipher else None,
        over_https=_is_over_https(settings),
        on_loopback=_is_loopback(settings.host),
    )


def main(arguments: Sequence[str] | None = None, program: str = "application.py") -> int:
    door(program, "Serve the pages and the API, until Ctrl-C or SIGTERM.", EXAMPLES).parse_args(arguments)
    # uvicorn ends in order and then raises the signal again: this is what it meets.
    end_in_order(0)
    try:
        logs.start(sys.stdout, *configuration.logging_choice())
        settings = configuration.read()
        refuse_own_address(settings.base_path)
        advice.set_up(**configuration.circumstances(settings))
        with listening(settings) as listener, ExitStack() as stack:
            with start_page(settings, listener, Startup("Environment", "Database")) as startup:
                startup.begin("Database", "Opening it, and bringing it up to date after an upgrade")
                url = stack.enter_context(prepared(settings))
            serve(create_application(settings, prepare=False), settings, listener, url)
    except (SettingsError, SecretKeyMissing) as error:
        return _refused(error, WRONG_SETTING)
    except (DatabaseUnreachable, DatabaseTooNew, ServerError, CannotListen) as error:
        return _refused(error, 1)
    except KeyboardInterrupt:
        return 0
    return 0


def add_options(_: Parser) -> None:
    """None beside those that every door has: the settings decide."""


@contextmanager
def start_page(settings: Settings, listener: socket.socket, startup: Startup) -> Iterator[Startup]:
    """Show on the port how far the start is, until the block ends; whoever comes then waits for the service itself."""
    page = StartPage(startup, version(), settings.base_path)
    hosts = (settings.host, *settings.allowed_hosts)
    over_https = _is_over_https(settings)
    guarded = RequestMiddleware(
        page, hosts, settings.trusted_proxies, settings.base_path, RequestMetrics(), over_https=over_https
    )
    listener.listen(BACKLOG)  # from here on nobody is refused
    with meanwhile(guarded, listener):
        yield startup


def serve(application: Starlette, settings: Settings, listener: socket.socket, database_url: str | None = None) -> None:
    """Answer on a socket until SIGTERM or Ctrl-C, by as many processes as the settings say.

    `database_url` is the prepared database's, where the settings name none. Raises SettingsError, CannotListen.
    """
    url = database_url or settings.database_url or ""
    refuse_more_processes_than_connections(settings.web_processes, embedded=settings.database_url is None)
    listener.listen(BACKLOG)  # from here on nobody is refused: so this comes before the line that invites them
    logs.report(who_can_reach(settings), f"Serving on http://{_authority(settings)}{settings.base_path}")
    logs.report(*first_links(application.state.services, settings))
    if settings.web_processes == 1:
        uvicorn.Server(uvicorn.Config(application, **server_options())).run(sockets=[listener])
    elif not serve_by(WebProcess(settings, url), settings.web_processes, listener, server_options()):
        raise CannotListen("The processes that WEB_PROCESSES asks for cannot start: the lines above say why.")


def server_options() -> dict[str, Any]:
    """uvicorn's, for one process as for many."""
    return {
        "log_config": None,
        "log_level": logging.WARNING,
        "access_log": False,  # web/server/access_log.py writes the line: without addresses and queries
        "server_header": False,
        "proxy_headers": False,  # web/http/proxies.py reads them
        "http": Connection,
        "ws": "none",
        "backlog": BACKLOG,
        "timeout_graceful_shutdown": SHUTDOWN_SECONDS,
    }


@dataclass(frozen=True)
class WebProcess:
    """Makes the service in one of several processes: the one that starts them has prepared the database."""

    settings: Settings
    database_url: str = field(repr=False)

    def __call__(self) -> Starlette:
        logs.start(sys.stdout, *configuration.logging_choice())
        advice.set_up(**configuration.circumstances(self.settings))
        end_with_parent()
        open_database(self.database_url, CONNECTIONS)
        return create_application(self.settings, prepare=False)


def refuse_more_processes_than_connections(processes: int, *, embedded: bool = False) -> None:
    """Raises SettingsError where PostgreSQL has too few for what so many processes may need together."""
    if processes == 1:  # as many as a program of ours ever took
        return
    with connected():
        allowed = connections_allowed()
    needed = processes * CONNECTIONS + OTHER_CONNECTIONS
    if needed > allowed:
        most = max(1, (allowed - OTHER_CONNECTIONS) // CONNECTIONS)
        raising = "Set" if embedded else f"Raise its max_connections by {needed - allowed} or more, or set"
        raise SettingsError(
            f"WEB_PROCESSES is {processes}: with collecting and importing they need {needed} connections to "
            f"PostgreSQL, which grants {allowed}. {raising} WEB_PROCESSES to {most}."
        )


def first_links(services: Services, settings: Settings) -> list[str]:
    """How to connect each account for the first time, where no browser is known to be in front of this machine."""
    if services.on_loopback:
        return []
    if services.consent is None:
        return [services.why_not_connect]
    with connected():
        return links_to_connect(service_address(settings.redirect_uri))


@contextmanager
def prepared(settings: Settings) -> Iterator[str]:
    """The URL of the database, open, migrated, and holding the accounts of USERNAMES."""
    with opened_database(settings.database_url, DATA, connections=CONNECTIONS) as url:
        with connected():
            ensure_accounts(settings.usernames, settings.time_zone)
            logs.report(*news_of_the_upgrade())  # whatever LOG_LEVEL: they are told once
        yield url


def listening(settings: Settings) -> socket.socket:
    """A socket on HOST and PORT: taken first, so that a port in use is told before anything is started.

    Raises CannotListen.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        reason = f"Cannot listen on {_authority(settings)} ({error.strerror})"
        raise CannotListen(f"{reason}: {_what_to_do(error)}") from error
    return listener


def _what_to_do(error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return "HOST is no address of this machine; take 127.0.0.1, or 0.0.0.0 for all of its addresses."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "this user may not use this port; choose another with PORT, such as 8000."
    return "stop the program that uses this port, or choose another with PORT (and HOST)."


def refuse_own_address(base_path: str) -> None:
    """Raises SettingsError when it could not be told from an address of ours whether it has the base path or not."""
    if base_path and base_path.split("/")[1] in first_words():
        raise SettingsError(
            f"BASE_PATH is {base_path!r}, which an address of this service begins with: take another, such as /insight."
        )


def who_can_reach(settings: Settings) -> str:
    """A sentence for whoever starts the service."""
    names = f"under the names of ALLOWED_HOSTS ({', '.join(settings.allowed_hosts) or 'none yet'})"
    if not _is_loopback(settings.host):
        return f"Whoever can reach {settings.host} can ask it, {names}."
    if settings.trusted_proxies:
        return f"This machine can ask it, and others through {', '.join(settings.trusted_proxies)}, {names}."
    return "Only this machine can ask it."


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() in LOOPBACK


def _authority(settings: Settings) -> str:
    return f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"


def build_consent(settings: Settings, cipher: Cipher | None, no_key: str) -> tuple[Consent | None, str]:
    """What the connect routes need, or why they cannot have it; `no_key` says why there is no cipher."""
    if settings.client_id is None:
        return None, "CLIENT_ID is not set: connecting needs a Spotify app, and its Client ID in this setting."
    if cipher is None:
        return None, no_key
    return Consent(Connecting(named_apps(settings, cipher), Http()), cipher, settings.redirect_uri), ""


def build_first_collection(settings: Settings, cipher: Cipher) -> FirstCollection:
    return FirstCollection(
        Spotify(
            named_apps(settings, cipher),
            Http(),
            calls_a_day=settings.api_calls_a_day,
            keep_after_disconnect=settings.keep_after_disconnect,
        )
    )


def build_sealer(settings: Settings) -> tuple[Cipher | None, str]:
    """None where there is no SECRET_KEY, and then what is missing."""
    try:
        return Cipher(secret_key(settings.secret_key, settings.database_url, DATA)), ""
    except SecretKeyMissing as error:
        return None, str(error)


def utc_now() -> datetime:
    return datetime.now(UTC)


def _refused(error: Exception, status: int) -> int:
    logs.refuse(error)
    return status


if __name__ == "__main__":
    sys.exit(run_to_end(main))
