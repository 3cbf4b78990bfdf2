"""Locks across connections: one collector of each kind for an account, and none while it is being deleted."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread
from typing import Any

import pytest

from collect.recent import store_recent
from db.account_changes import deletion
from db.collecting.runs import start_run
from db.engine.connection import connected, row, rows
from db.engine.locks import account_lock, try_account_lock
from db.engine.records import record
from db.library import own_names
from db.people.accounts import AccountError, ensure_accounts
from music import Artist, Play, Track
from people.accounts import account_named
from tests.collect.histories import NOON
from tests.collect.submissions.listening import listen, submit
from tests.db.account_changes.test_deletion import local_row
from tests.suite.waiting import until


@contextmanager
def elsewhere(work: Callable[[], object]) -> Iterator[Thread]:
    """`work` on another thread, and so on another connection, until the block ends."""

    def do() -> None:
        with connected():
            work()

    thread = Thread(target=do)
    thread.start()
    yield thread
    thread.join(120)
    assert not thread.is_alive()


def collecting(account_id: int, collector: str) -> bool:
    """Whether a collector of this kind may begin now, on another connection."""
    allowed: list[bool] = []

    def ask() -> None:
        with try_account_lock(account_id, collector) as mine:
            allowed.append(mine)

    with elsewhere(ask):
        pass
    return allowed == [True]


def test_only_collectors_of_different_kinds_run_at_the_same_time(database_url: str) -> None:
    with connected(), try_account_lock(1, "recent") as mine:
        assert mine
        assert [collecting(1, "recent"), collecting(1, "current"), collecting(2, "recent")] == [False, True, True]
    assert collecting(1, "recent")


def test_a_deletion_locks_out_every_kind_of_collector(database_url: str) -> None:
    with connected(), account_lock(1):
        assert [collecting(1, "recent"), collecting(1, "current")] == [False, False]
    assert collecting(1, "current")


def test_a_deletion_waits_for_every_kind_of_collector(database_url: str) -> None:
    alone = Event()

    def delete() -> None:
        with account_lock(1):
            alone.set()

    with connected(), ExitStack() as waiting:
        with try_account_lock(1, "recent") as recent:
            with try_account_lock(1, "current") as current:
                assert (recent, current) == (True, True)
                waiting.enter_context(elsewhere(delete))
                assert not alone.wait(0.2)
            assert not alone.wait(0.2)
            assert not collecting(1, "another"), "the deletion that waits comes first"
        assert alone.wait(120)


def test_a_collector_does_not_end_the_run_of_another_kind(database_url: str) -> None:
    with connected():
        ensure_accounts(["alice"], "UTC")
        account_id = account_named("alice").id
        for collector in ("recent", "current", "recent"):
            start_run(account_id, collector)
        assert rows("SELECT collector, outcome FROM collection_run ORDER BY id") == [
            ("recent", "interrupted"), ("current", "running"), ("recent", "running"),
        ]  # fmt: skip


def test_a_collected_track_keeps_its_name_while_its_only_other_owner_is_deleted(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The local file is alice's alone until bob's page is stored, just after her deletion has looked up who has it."""
    looked, stored = Event(), Event()

    def slowly(*query: Any) -> object:
        looked.set()
        stored.wait(1)  # as long as bob would take
        return record(*query)

    monkeypatch.setattr(own_names, "record", slowly)
    with connected():
        ensure_accounts(["alice", "bob"], "UTC")
        alice, bob = account_named("alice").id, account_named("bob").id
        uri = str(local_row(1, "Grandma Sings", "Grandma")["spotify_track_uri"])
        page = [Play(NOON, Track("Grandma Sings", (Artist("Grandma"),), uri=uri))]
        store_recent(alice, page, page_is_full=False)
        with elsewhere(lambda: deletion.delete_account(alice)):
            assert looked.wait(120)
            store_recent(bob, page, page_is_full=False)
            stored.set()
        assert rows("SELECT track.name, track.uri FROM play JOIN track ON track.id = track_id") == [
            ("Grandma Sings", uri)
        ]


def test_a_player_that_sends_to_an_account_under_deletion_waits_and_is_refused(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither waits for the other: the deletion has the plays lock already, and has yet to acquire the names lock."""
    deleting, refused, delete_plays = Event(), Event(), deletion._delete_plays

    def delete_slowly(account_id: int) -> Iterator[float]:
        deleting.set()
        until(lambda: row("SELECT count(*) FROM pg_locks WHERE NOT granted") == (1,))
        yield from delete_plays(account_id)

    def send(account_id: int) -> None:
        with suppress(AccountError):
            submit(account_id, listen())
            return
        refused.set()

    monkeypatch.setattr(deletion, "_delete_plays", delete_slowly)
    with connected():
        ensure_accounts(["alice"], "UTC")
        alice = account_named("alice").id
        with elsewhere(lambda: deletion.delete_account(alice)):
            assert deleting.wait(120)
            send(alice)
        assert refused.is_set()
        assert row("SELECT count(*) FROM account") == (0,)
