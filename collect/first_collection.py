"""The first collection of an account, at once after it was connected, beside what else the web program does."""

import logging
from dataclasses import dataclass
from threading import Lock, Thread

from collect.recent import collect_account
from collect.session import Spotify
from db.accounts import account_named
from db.connection import DatabaseUnreachable, connected

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """`sentence` says who was connected; `message` what came of it, empty while it is `running`."""

    sentence: str
    running: bool = True
    message: str = ""


class FirstCollection:
    """Runs the collector in a thread of its own; the account's lock keeps it and the cron program apart."""

    def __init__(self, spotify: Spotify) -> None:
        self._spotify = spotify
        self._lock = Lock()
        self._progress: dict[str, Progress] = {}

    def start(self, username: str, sentence: str) -> None:
        """Begin, unless it is under way for this account."""
        with self._lock:
            before = self._progress.get(username)
            self._progress[username] = Progress(sentence)
        if before is None or not before.running:
            Thread(target=self._collect, args=(username,), name="first collection", daemon=True).start()

    def progress(self, username: str) -> Progress | None:
        """None where nothing was begun since this program started."""
        return self._progress.get(username)

    def _collect(self, username: str) -> None:
        message = "failed unexpectedly; it is tried again with the next regular run"
        try:
            with connected():
                account = account_named(username)
            message = collect_account(self._spotify, account).message
        except DatabaseUnreachable as error:
            log.warning("The first collection for %s was interrupted: %s", username, error)
        except Exception:
            log.exception("The first collection for %s failed", username)
        finally:
            with self._lock:
                self._progress[username] = Progress(self._progress[username].sentence, running=False, message=message)
