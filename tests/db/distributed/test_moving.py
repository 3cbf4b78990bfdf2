"""Citus moves accounts to another worker while they are collected and imported: no play is lost or doubled."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import TypeVar

import pytest

from collect.exports.streaming_history import import_history, undo_import
from collect.outcomes import Outcome
from collect.recent import collect_recent
from db.distributed.nodes import refuse_unsuitable_cluster
from db.engine.connection import OPTIONS, close_database, connected, open_database, row, rows
from db.engine.failures import DatabaseUnreachable
from db.people.accounts import ensure_accounts
from db.startup.migrate import migrate
from demo.fake_spotify import Visible
from people.accounts import account_named
from tests.collect.export_files import as_json, extended_row
from tests.collect.histories import Silent
from tests.fake import NOON, TRACKS, World, world
from tests.suite.citus import needs_cluster

Result = TypeVar("Result")

NAMES = [f"listener{number}" for number in range(6)]
TAKES_ACCOUNTS = """
    SELECT citus_set_node_property(nodename, nodeport, 'shouldhaveshards', %(takes)s) FROM pg_dist_node
    WHERE nodeid = (SELECT max(nodeid) FROM pg_dist_node)
"""
NODES = "SELECT DISTINCT nodename, nodeport FROM citus_shards WHERE table_name = 'play'::regclass"
MOVE = "SELECT citus_rebalance_start()"  # without blocking writes, so every table needs a replica identity
WAIT = "SELECT citus_rebalance_wait()"
MOVES = "SELECT DISTINCT status::text FROM pg_dist_background_task"
# How many plays are collected; imported; different; named by imports; repeated within an export; counted in sums.
STORED = """
    SELECT (SELECT count(*) FROM play WHERE account_id = %(account)s AND source = 'recent'),
        (SELECT count(*) FROM play WHERE account_id = %(account)s AND source = 'extended'),
        (SELECT count(*) FROM (SELECT DISTINCT played_at, track_id, reason_end FROM play
                               WHERE account_id = %(account)s) play),
        (SELECT count(*) FROM reported_track WHERE account_id = %(account)s AND import_id IS NOT NULL),
        (SELECT sum(copies) FROM import_repeat WHERE account_id = %(account)s),
        (SELECT sum(plays) FROM summed_period WHERE account_id = %(account)s AND current)
"""


class Listener:
    """Who listens, and imports exports, while the account is moved."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self._folder = name, folder
        self._shown: list[Visible] = []
        self._imported = 0

    def shown(self, _: datetime) -> list[Visible]:
        return self._shown

    def listen(self) -> None:
        number = len(self._shown)
        ended = NOON - timedelta(days=2) + timedelta(minutes=4 * number)
        self._shown.append(Visible(ended, TRACKS[number % 40], ended))

    def import_one(self) -> None:
        """Import an export of three plays, two of which have the same key; undo that, and import it again."""
        self._imported += 1
        once, twice = extended_row(2 * self._imported), extended_row(2 * self._imported + 1)
        path = self._folder / f"{self.name}-{self._imported}" / "Streaming_History_Audio_2023_0.json"
        path.parent.mkdir()
        path.write_bytes(as_json(once, twice, {**twice, "reason_end": "fwdbtn"}))
        import_id = repeated(lambda: self._take_in(path))
        repeated(lambda: undo_import(import_id))
        repeated(lambda: self._take_in(path))

    def _take_in(self, path: Path) -> int:
        with connected():
            account_id = account_named(self.name).id
        return import_history(account_id, [path], Silent()).import_id

    def expected(self) -> tuple[int, ...]:
        collected, imported = len(self._shown), 3 * self._imported
        return collected, imported, collected + imported, 2 * self._imported, 2 * self._imported, imported

    def stored(self) -> tuple[int, ...]:
        with connected():
            return row(STORED, account=account_named(self.name).id) or ()


def repeated(step: Callable[[], Result]) -> Result:
    """Repeat what Citus cancels because it waits for a move that waits for it, as our message says to do."""
    while True:
        try:
            return step()
        except DatabaseUnreachable as error:
            assert "nothing was changed; try again" in str(error)  # noqa: PT017 - the error is not the aim of the test


@pytest.fixture
def here(empty_database: str) -> Iterator[World]:
    """One worker has all accounts, the other is new and empty."""
    refuse_unsuitable_cluster(empty_database, OPTIONS, wanted=True)
    open_database(empty_database, 20)
    with connected():
        rows(TAKES_ACCOUNTS, takes=False)
    migrate(distributed=True)
    with connected():
        assert len(rows(NODES)) == 1
        rows(TAKES_ACCOUNTS, takes=True)
        ensure_accounts(NAMES, "Europe/Berlin")
    yield world()
    close_database()


def collect_until(moved: Event, here: World, listeners: list[Listener]) -> int:
    rounds = 0
    while not moved.is_set():
        for listener in listeners:
            listener.listen()
        reports = repeated(lambda: collect_recent(here.spotify))
        assert {report.outcome for report in reports} == {Outcome.COLLECTED}, reports
        rounds += 1
    return rounds


def import_until(moved: Event, listeners: list[Listener]) -> int:
    rounds = 0
    while not moved.is_set():
        listeners[rounds % len(listeners)].import_one()
        rounds += 1
    return rounds


@needs_cluster
def test_accounts_are_moved_while_they_are_collected_and_imported(here: World, tmp_path: Path) -> None:
    listeners = [Listener(name, tmp_path) for name in NAMES]
    for listener in listeners:
        here.fake.add_listener(listener.name, listener.shown)
        here.connect(listener.name)
        listener.import_one()
    moved = Event()
    with ThreadPoolExecutor(2) as programs:
        collecting = programs.submit(collect_until, moved, here, listeners)
        importing = programs.submit(import_until, moved, listeners)
        try:
            with connected():
                rows(MOVE)
                rows(WAIT)
        finally:
            moved.set()
        assert min(collecting.result(), importing.result()) > 0
    with connected():
        assert (len(rows(NODES)), rows(MOVES)) == (2, [("done",)])
    assert [listener.stored() for listener in listeners] == [listener.expected() for listener in listeners]
