"""The composition root: builds from the settings what the programs share, and maps errors to exit statuses."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import advice
import logs
import settings as configuration
from changelog import this_version
from collect.schedule import ScheduleError
from connect.apps import Apps
from connect.connecting import Connecting, utc_now
from connect.session import Spotify
from db.engine.cipher import Cipher
from db.engine.connection import DatabaseUnreachable, connected
from db.engine.server import ServerError
from db.engine.servers import NO_OTHERS, Servers
from db.enrichment.musicbrainz_dump import MusicBrainzDump
from db.enrichment.pace import claim_call
from db.people.accounts import ensure_accounts
from db.startup.migrate import DatabaseTooNew
from db.startup.opening import SecretKeyMissing, local_key, opened_database, secret_key
from exit_status import ExitStatus
from metadata.services import Services, configured
from notify.channels import WrongAddress
from settings import Settings, SettingsError
from spotify.http import Http

DATABASE, DEMO_DATABASE = "insight", "insight_demo"
CONNECTIONS = 8
THIS_MACHINE = "http://127.0.0.1:"
WRONG_SETTINGS = (SettingsError, SecretKeyMissing, WrongAddress, ScheduleError)
FAILURES: tuple[type[Exception], ...] = (DatabaseUnreachable, DatabaseTooNew, ServerError)


@dataclass(frozen=True)
class Composition:
    """What a program works with. Each part is built when it is first used, and then shared."""

    settings: Settings
    data: Path = field(default_factory=configuration.data_folder)
    now: Callable[[], datetime] = utc_now

    @property
    def secret_key(self) -> str:
        """Raises SecretKeyMissing, and ServerError if this installation's own key cannot be stored."""
        return secret_key(self.settings.secret_key, self.settings.database_url, self.data)

    @property
    def local_key(self) -> Path | None:
        """The file that holds this installation's own key; None if SECRET_KEY or DATABASE_URL is set."""
        return local_key(self.settings.secret_key, self.settings.database_url, self.data)

    @cached_property
    def cipher(self) -> Cipher:
        """Raises what `secret_key` raises, as everything below does that needs a cipher."""
        return Cipher(self.secret_key)

    @cached_property
    def apps(self) -> Apps:
        """The Spotify app of the settings, and the apps that listeners have of their own."""
        spotify = self.settings
        return Apps(
            self.cipher,
            spotify.redirect_uri,
            spotify.accounts_url,
            spotify.api_url,
            spotify.client_id,
            spotify.client_secret,
        )

    @cached_property
    def http(self) -> Http:
        return Http()

    @property
    def connecting(self) -> Connecting:
        return Connecting(self.apps, self.http, self.now)

    @property
    def spotify(self) -> Spotify:
        return Spotify(
            self.apps,
            self.http,
            self.now,
            calls_a_day=self.settings.api_calls_a_day,
            live_calls_a_day=self.settings.live_calls_a_day,
            keep_after_disconnect=self.settings.keep_after_disconnect,
        )

    def music_services(self) -> Services:
        """Built for each run, because a run keeps each service's pace; services on this machine need none."""
        addresses = self.settings.service_addresses
        is_local = all(url.startswith(THIS_MACHINE) for url in addresses.values())  # as the demo's are
        pausing = _without_pauses if is_local else time.sleep
        settings = self.settings
        return configured(
            settings.services, addresses, settings.service_keys, version=this_version(), sleep=pausing,
            contact=settings.contact, claim=None if is_local else claim_call,
        )  # fmt: skip

    @property
    def musicbrainz_dump(self) -> MusicBrainzDump | None:
        """A copy of MusicBrainz' database, if the operator has one."""
        url = self.settings.musicbrainz_database_url
        return MusicBrainzDump(url) if url else None

    @contextmanager
    def open_database(
        self, name: str = DATABASE, connections: int = CONNECTIONS, servers: Servers = NO_OTHERS
    ) -> Iterator[str]:
        """The URL of the database, which is open, migrated, and has the accounts of USERNAMES.

        `name` is for the embedded server only, `servers` are others that may answer questions. Raises
        DatabaseUnreachable, DatabaseTooNew and ServerError.
        """
        url, port = self.settings.database_url, self.settings.postgres_port
        opening = opened_database(url, self.data, name=name, connections=connections, port=port, servers=servers,
                                  distributed=self.settings.database_distributed)  # fmt: skip
        with opening as opened:
            with connected():
                ensure_accounts(self.settings.usernames, self.settings.time_zone, self.settings.scan_mode)
            yield opened


def _without_pauses(_: float) -> None:
    """Return at once."""


def compose(environ: Mapping[str, str] | None = None, *, demo: bool = False) -> Composition:
    """The composition of a program that has started, from `environ` or the program's own environment.

    `demo`: commands that messages advise are for the demo. Raises SettingsError.
    """
    settings = configuration.read(environ)
    advice.set_up(**configuration.circumstances(settings, demo=demo))
    return Composition(settings)


def exit_status_of(work: Callable[[], int], *failures: type[Exception]) -> int:
    """Do the work of a program; an error that a person can fix is reported in one sentence.

    `failures` are the errors besides the usual ones that end this program with status 1.
    """
    reported = (*FAILURES, *failures)
    try:
        return work()
    except WRONG_SETTINGS as error:
        logs.refuse(error)
        return ExitStatus.WRONG_SETTING
    except reported as error:
        logs.refuse(error)
        return ExitStatus.FAILED
