"""Door: the web program. `python application.py` serves; `application:app` is the same for another ASGI server.

Exit status 0 after SIGTERM or Ctrl-C, 1 when the database or the port cannot be had, 78 when a setting is wrong.
"""

import logging
import re
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette

import settings as configuration
from collect.apps import named_apps
from collect.connecting import Connecting
from collect.first_collection import FirstCollection
from collect.session import Spotify
from db.accounts import ensure_accounts
from db.connection import DatabaseUnreachable, connected
from db.migrate import DatabaseTooNew
from db.opening import SecretKeyMissing, opened_database, secret_key
from db.server import ServerError
from db.tokens import Cipher
from db.versions import news_of_the_upgrade
from ending import end_in_order, run_to_end
from printing import log_to, say
from settings import Settings, SettingsError
from spotify.http import Http
from web.connect import Consent
from web.connections import Connection
from web.hosts import LOOPBACK
from web.routes import first_words
from web.service import THREADS, web_service
from web.services import Services

DATA = configuration.ROOT / ".data"
CHANGELOG = configuration.ROOT / "CHANGELOG.md"
WRONG_SETTING = 78  # EX_CONFIG
CONNECTIONS = THREADS + 4  # so that /ready is answered while all of them are busy, and a first collection goes on
SHUTDOWN_SECONDS = 10


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
    )


def main() -> int:
    log_to(sys.stdout, "%(message)s", logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write a line for each call to Spotify
    # uvicorn ends in order and then raises the signal again: this is what it meets.
    end_in_order(0)
    try:
        settings = configuration.read()
        refuse_own_address(settings.base_path)
        with listening(settings) as listener, prepared(settings):
            serve(create_application(settings, prepare=False), settings, listener)
    except (SettingsError, SecretKeyMissing) as error:
        return _refused(error, WRONG_SETTING)
    except (DatabaseUnreachable, DatabaseTooNew, ServerError, CannotListen) as error:
        return _refused(error, 1)
    except KeyboardInterrupt:
        return 0
    return 0


def serve(application: Starlette, settings: Settings, listener: socket.socket) -> None:
    """Answer on a socket until SIGTERM or Ctrl-C."""
    options = uvicorn.Config(
        application,
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,  # web/access.py writes the line: without addresses and queries
        server_header=False,
        proxy_headers=False,  # web/proxies.py reads them
        http=Connection,
        ws="none",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    listener.listen()  # from here on nobody is refused: so this comes before the line that invites them
    log = logging.getLogger("insight")
    log.info("%s", who_can_reach(settings))
    log.info("Serving on http://%s%s", _authority(settings), settings.base_path)
    uvicorn.Server(options).run(sockets=[listener])


@contextmanager
def prepared(settings: Settings) -> Iterator[None]:
    """The database open, migrated, and holding the accounts of USERNAMES."""
    with opened_database(settings.database_url, DATA, connections=CONNECTIONS):
        with connected():
            ensure_accounts(settings.usernames, settings.time_zone)
            for line in news_of_the_upgrade():
                logging.getLogger("insight").info("%s", line)
        yield


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
        raise CannotListen(
            f"Cannot listen on {_authority(settings)} ({error.strerror}): stop the program that uses this port, or "
            "choose another with PORT (and HOST)."
        ) from error
    return listener


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


def version() -> str:
    """The newest version that CHANGELOG.md tells of."""
    text = CHANGELOG.read_text(encoding="utf-8") if CHANGELOG.exists() else ""
    found = re.search(r"^## v?(\d+\.\d+\.\d+)", text, re.MULTILINE)
    if found is None:
        raise SettingsError("CHANGELOG.md, which came with this program, is gone or names no version.")
    return found[1]


def utc_now() -> datetime:
    return datetime.now(UTC)


def _refused(error: Exception, status: int) -> int:
    say(error, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(run_to_end(main))
