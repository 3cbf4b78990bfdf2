"""Door: the web server. `python application.py` serves; another ASGI server can serve `application:app`.

Exit status 0 after SIGTERM or Ctrl-C, 1 when the database or the port is unavailable, 78 when a setting is wrong.
"""

import errno
import logging
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette

import advice
import logs
import settings as configuration
from arguments import Parser, door, version
from collect.first_collection import FirstCollection
from collect.uploads.background import BackgroundImports
from composition import Composition, exit_status_of
from db.engine.capacity import connections_allowed
from db.engine.cipher import Cipher
from db.engine.connection import connected, open_database
from db.startup.opening import SecretKeyMissing
from db.startup.versions import news_of_the_upgrade
from ending import end_in_order, run_to_end
from exit_status import ExitStatus
from scratch import remove_all_abandoned
from settings import Settings, SettingsError
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

# Five more than the threads need, so that /ready answers while all threads are busy, and a first collection and an
# import continue.
CONNECTIONS = THREADS + LOOKUP_THREADS + 5
BESIDE_A_POOLER = CONNECTIONS - THREADS  # threads then use the pooler's connections, unless they change something
OTHER_CONNECTIONS = 18  # for collecting, importing, and the process that starts the web processes
SHUTDOWN_SECONDS = 10
EXAMPLES = {
    "": [
        ("", "serve on http://127.0.0.1:8000; settings change the address (docs/operations.md)"),
        ("--version", "print the version and exit"),
    ]
}


class CannotListen(Exception):
    """The program cannot listen on its address; the message names the address and the remedy."""


app: Starlette

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Starlette:
        """Create `app` when a server asks for it, so that importing this module opens nothing."""
        if name == "app":
            return create_application()
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def create_application(settings: Settings | None = None, *, prepare: bool = True) -> Starlette:
    """The ASGI application. It opens and prepares the database at startup, unless `prepare` is False."""
    settings = settings or configuration.read()
    refuse_own_address(settings.base_path)
    services = build_services(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with prepared(settings) if prepare else nullcontext(), importing(services):
            yield

    return web_service(
        services,
        (settings.host, *settings.allowed_hosts),
        lifespan,
        proxies=settings.trusted_proxies,
        over_https=_is_over_https(settings),
        question_seconds=settings.question_seconds,
        cors_origins=settings.cors_origins,
    )


@contextmanager
def importing(services: Services) -> Iterator[None]:
    """During the block, run the imports that pages have started, and those that an earlier process left unfinished."""
    if services.imports is None:
        yield
        return
    services.imports.start()
    try:
        yield
    finally:
        services.imports.end()


def _is_over_https(settings: Settings) -> bool:
    return settings.redirect_uri.startswith("https:")


def build_services(settings: Settings) -> Services:
    """What the handlers work with."""
    shared = Composition(settings)
    cipher, no_key = _cipher(shared)
    consent, why_not = _consent(shared, no_key)
    return Services(
        version(),
        shared.now,
        consent=consent,
        why_not_connect=why_not,
        sealer=cipher,
        administrators=frozenset(settings.administrators),
        week_starts=settings.week_starts,
        base_path=settings.base_path,
        keep_after_disconnect=settings.keep_after_disconnect,
        scan_mode=settings.scan_mode,
        calls_a_day=settings.api_calls_a_day,
        live_calls_a_day=settings.live_calls_a_day,
        client_id=settings.client_id,
        metrics_public=settings.metrics_public,
        first_collection=FirstCollection(shared.spotify) if cipher else None,
        imports=BackgroundImports(settings.upload_folder),
        over_https=_is_over_https(settings),
        on_loopback=is_loopback(settings.host),
        music_services=settings.services,
        is_demo=settings.is_demo,
        webhook_hosts=settings.webhook_private_hosts,
    )


def _cipher(shared: Composition) -> tuple[Cipher | None, str]:
    """None without a SECRET_KEY, with the sentence that says so."""
    try:
        return shared.cipher, ""
    except SecretKeyMissing as error:
        return None, str(error)


def _consent(shared: Composition, no_key: str) -> tuple[Consent | None, str]:
    """What the connect pages need; or None, and the reason. `no_key` says why there is no cipher, if there is none."""
    if shared.settings.client_id is None:
        return None, "CLIENT_ID is not set: connecting needs a Spotify app, and its Client ID in this setting."
    if no_key:
        return None, no_key
    return Consent(shared.connecting, shared.cipher, shared.settings.redirect_uri), ""


def main(arguments: Sequence[str] | None = None, program: str = "application.py") -> int:
    door(program, "Serve the pages and the API until Ctrl-C or SIGTERM.", EXAMPLES).parse_args(arguments)
    # uvicorn shuts down in order and then raises the signal again: this handles the second signal.
    end_in_order(ExitStatus.DONE)
    try:
        return exit_status_of(_serve_until_stopped, CannotListen)
    except KeyboardInterrupt:
        return ExitStatus.DONE


def _serve_until_stopped() -> int:
    logs.start(sys.stdout, *configuration.logging_choice())
    settings = configuration.read()
    refuse_own_address(settings.base_path)
    advice.set_up(**configuration.circumstances(settings))
    remove_all_abandoned()
    with listening(settings) as listener, ExitStack() as stack:
        with start_page(settings, listener, Startup("Environment", "Database")) as startup:
            startup.begin("Database", "Opening it, and upgrading it after an update")
            url = stack.enter_context(prepared(settings))
        service = create_application(settings, prepare=False)
        serve(service, settings, listener, introduction(service.state.services, settings), url)
    return ExitStatus.DONE


def add_options(_: Parser) -> None:
    """Only the options that every program has: everything else is a setting."""


@contextmanager
def start_page(settings: Settings, listener: socket.socket, startup: Startup) -> Iterator[Startup]:
    """Show the progress of the start on the port until the block ends; later visitors wait for the service itself."""
    page = StartPage(startup, version(), settings.base_path)
    hosts = (settings.host, *settings.allowed_hosts)
    over_https = _is_over_https(settings)
    guarded = RequestMiddleware(
        page, hosts, settings.trusted_proxies, settings.base_path, RequestMetrics(), over_https=over_https
    )
    listener.listen(BACKLOG)  # from here on no connection is refused
    with meanwhile(guarded, listener):
        yield startup


def introduction(services: Services, settings: Settings) -> list[str]:
    """What the operator reads when serving starts. Raises SettingsError, DatabaseUnreachable."""
    refuse_more_processes_than_connections(
        settings.web_processes,
        embedded=settings.database_url is None,
        each=BESIDE_A_POOLER if settings.database_pooler_url else CONNECTIONS,
    )
    serving = f"Serving on http://{_authority(settings)}{settings.base_path}"
    return [who_can_reach(settings), serving, *first_links(services, settings)]


def serve(
    application: Starlette,
    settings: Settings,
    listener: socket.socket,
    lines: Sequence[str],
    database_url: str | None = None,
) -> None:
    """Serve on a socket until SIGTERM or Ctrl-C, with as many processes as WEB_PROCESSES says; `lines` introduce it.

    `database_url` is the URL of the prepared database if the settings have none. Raises CannotListen.
    """
    url = database_url or settings.database_url or ""
    listener.listen(BACKLOG)  # before the lines that invite visitors, so that no connection is refused
    logs.report(*lines)
    if settings.web_processes == 1:
        uvicorn.Server(uvicorn.Config(application, **server_options())).run(sockets=[listener])
    elif not serve_by(WebProcess(settings, url), settings.web_processes, listener, server_options()):
        raise CannotListen("The web processes (WEB_PROCESSES) cannot start: the lines above say why.")


def server_options() -> dict[str, Any]:
    """uvicorn's options, the same for one process and for several."""
    return {
        "log_config": None,
        "log_level": logging.WARNING,
        "access_log": False,  # web/server/access_log.py writes it, without IP addresses and queries
        "server_header": False,
        "proxy_headers": False,  # web/http/proxies.py reads their headers
        "http": Connection,
        "ws": "none",
        "backlog": BACKLOG,
        "timeout_graceful_shutdown": SHUTDOWN_SECONDS,
    }


@dataclass(frozen=True)
class WebProcess:
    """Creates the application in one of several processes; their parent has prepared the database."""

    settings: Settings
    database_url: str = field(repr=False)

    def __call__(self) -> Starlette:
        logs.start(sys.stdout, *configuration.logging_choice())
        advice.set_up(**configuration.circumstances(self.settings, demo=self.settings.is_demo))
        end_with_parent()
        open_database(self.database_url, CONNECTIONS, self.settings.database_servers)
        return create_application(self.settings, prepare=False)


def refuse_more_processes_than_connections(processes: int, *, embedded: bool = False, each: int = CONNECTIONS) -> None:
    """Raises SettingsError if PostgreSQL grants fewer connections than the web processes need, `each` for one."""
    if processes == 1:  # one needs no more connections than our other programs
        return
    with connected():
        allowed = connections_allowed()
    needed = processes * each + OTHER_CONNECTIONS
    if needed > allowed:
        most = max(1, (allowed - OTHER_CONNECTIONS) // each)
        remedy = "Set" if embedded else f"Raise its max_connections by {needed - allowed} or more, or set"
        raise SettingsError(
            f"WEB_PROCESSES is {processes}: together with collecting and importing, they need {needed} connections to "
            f"PostgreSQL, which grants {allowed}. {remedy} WEB_PROCESSES to {most}."
        )


def first_links(services: Services, settings: Settings) -> list[str]:
    """Links that connect accounts for the first time, if visitors may come from other machines."""
    if services.on_loopback:
        return []
    if services.consent is None:
        return [services.why_not_connect]
    with connected():
        return links_to_connect(service_address(settings.redirect_uri))


@contextmanager
def prepared(settings: Settings) -> Iterator[str]:
    """The URL of the database: open, migrated, and with the accounts of USERNAMES."""
    composition = Composition(settings)
    with composition.open_database(connections=CONNECTIONS, servers=settings.database_servers) as url:
        with connected():
            logs.report(*news_of_the_upgrade())  # whatever LOG_LEVEL is: they appear only once
        yield url


def listening(settings: Settings) -> socket.socket:
    """A socket bound to HOST and PORT before anything else starts, so that a port in use is reported at once.

    Raises CannotListen.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        reason = f"Cannot listen on {_authority(settings)} ({error.strerror})"
        raise CannotListen(f"{reason}: {_remedy(error)}") from error
    return listener


def _remedy(error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return "HOST is not an address of this machine; use 127.0.0.1, or 0.0.0.0 for all of its addresses."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "this user may not use this port; choose another with PORT, such as 8000."
    return "stop the program that uses this port, or choose another with PORT (and HOST)."


def refuse_own_address(base_path: str) -> None:
    """Raises SettingsError if BASE_PATH begins like a path of this service, so that they could not be distinguished."""
    if base_path and base_path.split("/")[1] in first_words():
        raise SettingsError(
            f"BASE_PATH is {base_path!r}, but paths of this service begin like that: choose another, such as /insight."
        )


def who_can_reach(settings: Settings) -> str:
    """A sentence that tells the operator from where the service can be reached."""
    names = f"under the host names in ALLOWED_HOSTS ({', '.join(settings.allowed_hosts) or 'none yet'})"
    if not is_loopback(settings.host):
        return f"Listening on {settings.host} for other machines too, {names}."
    if settings.trusted_proxies:
        return f"Listening on localhost, and for others through {', '.join(settings.trusted_proxies)}, {names}."
    return "Listening on localhost only."


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() in LOOPBACK


def _authority(settings: Settings) -> str:
    return f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"


if __name__ == "__main__":
    sys.exit(run_to_end(main))
