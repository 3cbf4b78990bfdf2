"""The first collection of an account: right after connecting, in the background of the web program."""

import logging
from dataclasses import dataclass
from threading import Event, Thread

from collect.recent import collect_account
from connect.session import Spotify
from db.collecting.first_collections import (
    begin_first_collection,
    change_first_sentence,
    end_first_collection,
    known_first_collection,
)
from db.engine.connection import DatabaseUnreachable, connected
from db.engine.locks import is_first_collection_locked, try_first_collection_lock
from people.accounts import Account, account_named

log = logging.getLogger(__name__)
START_SECONDS = 5.0  # the longest that `start` waits, so that the next page can show the progress
INTERRUPTED = "was interrupted; the next regular run continues it"


@dataclass(frozen=True, slots=True)
class Progress:
    """`sentence` says who was connected; `message` is the result, empty while the collection is `running`."""

    sentence: str
    running: bool = True
    message: str = ""


class FirstCollection:
    """Runs the collector in a thread of its own, at most one per account across all processes."""

    def __init__(self, spotify: Spotify) -> None:
        self._spotify = spotify

    def start(self, username: str, sentence: str) -> None:
        """Start, unless it is already running for this account."""
        begun = Event()
        Thread(target=self._run, args=(username, sentence, begun), name="first collection", daemon=True).start()
        begun.wait(START_SECONDS)

    def progress(self, username: str) -> Progress | None:
        """None if none was started within the last hour."""
        with connected():
            latest = known_first_collection(username)
            if latest and latest.message is None:
                if is_first_collection_locked(latest.account_id):
                    return Progress(latest.sentence)
                latest = known_first_collection(username)  # it may have ended meanwhile
        return Progress(latest.sentence, running=False, message=latest.message or INTERRUPTED) if latest else None

    def _run(self, username: str, sentence: str, begun: Event) -> None:
        try:
            with connected():
                account = account_named(username)
                with try_first_collection_lock(account.id) as mine:
                    if mine:
                        self._collect(account, sentence, begun)
                    else:
                        change_first_sentence(account.id, sentence)
        except DatabaseUnreachable as error:
            log.warning("The first collection for %s was interrupted: %s", username, error)
        except Exception:
            log.exception("The first collection for %s failed", username)
        finally:
            begun.set()

    def _collect(self, account: Account, sentence: str, begun: Event) -> None:
        begin_first_collection(account.id, sentence)
        begun.set()
        end_first_collection(account.id, collect_account(self._spotify, account).message)
