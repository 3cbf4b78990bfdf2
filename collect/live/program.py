"""Watch the players of all accounts that want live collecting, in one process, until a signal stops it.

All state is in the database. The process keeps nothing about an account between two polls, so its memory does not grow
with the number of accounts, and a restart continues where it stopped.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from collect.live.polling import Looked, look
from connect.session import Spotify
from db.collecting.live import DueAccount, due_accounts
from db.collecting.shards import EVERYTHING, Shard
from db.engine.connection import DatabaseUnreachable, connected
from people.accounts import find_numbered

WORKERS = 6  # fewer than composition.CONNECTIONS: each holds a connection while Spotify answers
TICK = 2.0  # seconds between two queries for due accounts
BUSY = 0.05  # seconds, while all workers are busy
UNREACHABLE = 30.0  # seconds until it tries an unreachable database again
Report = Callable[[str], None]


class LiveCollecting:
    """Polls each player of a shard when it is due.

    `run` returns once the running polls have finished after `stop`, or after `goes_on` has returned False.
    """

    def __init__(
        self, spotify: Spotify, report: Report, goes_on: Callable[[], bool] = lambda: True, shard: Shard = EVERYTHING
    ) -> None:
        self._spotify, self._report, self._goes_on, self._shard = spotify, report, goes_on, shard
        self._stopping = threading.Event()
        self._busy: dict[int, Future[None]] = {}
        self._problems: dict[int, str] = {}  # each account's latest, so that it is reported once

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        with ThreadPoolExecutor(WORKERS, "live") as workers:
            while self._goes_on() and not self._stopping.is_set():
                self._stopping.wait(self._tick(workers))

    def _tick(self, workers: ThreadPoolExecutor) -> float:
        """Start the polls that are due; returns the seconds until the next tick."""
        self._busy = {account_id: work for account_id, work in self._busy.items() if not work.done()}
        room = WORKERS - len(self._busy)
        try:
            due = self._due(room) if room else []
        except DatabaseUnreachable as error:
            self._report(f"Live collecting waits: {error}")
            return UNREACHABLE
        for account in due:
            self._busy[account.account_id] = workers.submit(self._look, account)
        return BUSY if len(due) == room else TICK

    def _due(self, most: int) -> list[DueAccount]:
        with connected():
            return due_accounts(self._spotify.now(), list(self._busy), most, self._shard)

    def _look(self, due: DueAccount) -> None:
        try:
            with connected():
                account = find_numbered(due.account_id)
            looked = look(self._spotify, account) if account else None
        except DatabaseUnreachable:
            return  # the next tick reports it
        if looked is not None:
            self._report_look(due, looked)

    def _report_look(self, due: DueAccount, looked: Looked) -> None:
        if looked.new:
            self._report(f"{due.username}: {looked.new} {'play' if looked.new == 1 else 'plays'} heard live")
        if looked.problem and looked.problem != self._problems.get(due.account_id):
            self._report(f"{due.username}: not collected live: {looked.problem}")
        if looked.problem:
            self._problems[due.account_id] = looked.problem
        else:
            self._problems.pop(due.account_id, None)
