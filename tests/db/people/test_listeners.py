"""One listener on Spotify is one account here, whichever of Spotify's two ids for them came first."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Barrier, Event, Thread

import pytest

from db.engine.connection import connected, database, row, rows
from db.people.accounts import AccountError, Grant, connect_account, ensure_accounts
from db.people.listeners import ListenersAccount, listener_of
from music import Listener
from people.accounts import account_named
from tests.web import seed

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GRANT = Grant("sealed-access", NOW, "sealed-refresh", "user-read-recently-played")
# As read from an answer of before 2026-05, from one since then, and from one after the listener's `id` has changed.
BEFORE, SINCE, RENAMED = Listener("al", None, "al"), Listener("acc-1", None, "al"), Listener("acc-1", None, "al2")
ANOTHER = Listener("acc-2", None, "bo")
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
ANOTHERS, TAKEN = "'alice' belongs to another Spotify account", "connected under another username already"


@pytest.fixture(autouse=True)
def alice_and_bob(database_url: str) -> Iterator[None]:
    with connected():
        ensure_accounts(["alice", "bob"], "UTC")
        yield


def connect(username: str, listener: Listener) -> None:
    connect_account(username, listener, GRANT, NOW)


def stored_ids() -> tuple[object, ...] | None:
    return row("SELECT spotify_account_id, spotify_id FROM account WHERE username = 'alice'")


def as_of_0_5(account_id: str) -> None:
    """Alice, as the version before left her: connected, with whatever Spotify sent in the one column."""
    rows(
        "UPDATE account SET spotify_account_id = %s, refresh_token = 'sealed' WHERE username = 'alice' RETURNING 1",
        account_id,
    )


@pytest.mark.parametrize(
    ("met_as", "then_as"),
    [
        ([BEFORE], BEFORE),
        ([BEFORE], SINCE),
        ([SINCE], BEFORE),
        ([SINCE], SINCE),
        ([SINCE], RENAMED),
        ([SINCE], Listener("acc-1")),
        ([Listener("acc-1")], SINCE),
        ([BEFORE, SINCE], BEFORE),
        ([BEFORE, SINCE], RENAMED),
        ([SINCE, RENAMED], Listener("al2", None, "al2")),
        ([SINCE, RENAMED], BEFORE),
    ],
)
def test_a_listener_keeps_the_account_and_nobody_else_gets_it(met_as: list[Listener], then_as: Listener) -> None:
    for listener in met_as:
        connect("alice", listener)
    alice = account_named("alice").id
    with pytest.raises(AccountError, match=TAKEN):
        connect("bob", then_as)
    with pytest.raises(AccountError, match=ANOTHERS):
        connect("alice", ANOTHER)
    assert listener_of(then_as) == ListenersAccount(alice, "alice", disabled=False)
    assert listener_of(ANOTHER) is None
    connect("alice", then_as)
    assert not account_named("bob").connected


@pytest.mark.parametrize(
    ("before", "then_as", "knows"),
    [("al", BEFORE, ("al", "al")), ("al", SINCE, ("acc-1", "al")), ("acc-1", SINCE, ("acc-1", "al"))],
)
def test_the_id_that_the_version_before_stored_may_be_either(
    before: str, then_as: Listener, knows: tuple[str, str]
) -> None:
    as_of_0_5(before)
    with pytest.raises(AccountError, match=TAKEN):
        connect("bob", then_as)
    with pytest.raises(AccountError, match=ANOTHERS):
        connect("alice", ANOTHER)
    assert stored_ids() == (before, None)
    connect("alice", then_as)
    assert stored_ids() == knows


def test_the_other_id_is_learned_and_the_permanent_one_is_kept() -> None:
    connect("alice", BEFORE)
    assert stored_ids() == ("al", "al")
    connect("alice", SINCE)
    assert stored_ids() == ("acc-1", "al")
    connect("alice", BEFORE)
    assert stored_ids() == ("acc-1", "al")
    connect("alice", RENAMED)
    assert stored_ids() == ("acc-1", "al2")


def test_signing_in_teaches_the_other_id_too() -> None:
    connect("alice", BEFORE)
    assert listener_of(SINCE) == ListenersAccount(account_named("alice").id, "alice", disabled=False)
    assert stored_ids() == ("acc-1", "al")
    assert listener_of(RENAMED) is not None
    assert stored_ids() == ("acc-1", "al2")
    assert listener_of(BEFORE) is not None  # as she was called once
    assert stored_ids() == ("acc-1", "al")


def test_an_id_that_spotify_gave_to_somebody_else_since_leads_to_them() -> None:
    connect("alice", SINCE)
    newcomer = Listener("acc-2", None, "al")
    assert listener_of(newcomer) is None
    connect("bob", newcomer)
    assert listener_of(newcomer) == ListenersAccount(account_named("bob").id, "bob", disabled=False)
    assert listener_of(BEFORE) == ListenersAccount(account_named("bob").id, "bob", disabled=False)
    assert listener_of(Listener("acc-1")) == ListenersAccount(account_named("alice").id, "alice", disabled=False)
    connect("alice", RENAMED)
    assert stored_ids() == ("acc-1", "al2")


def test_a_former_id_leads_to_whoever_has_it_now() -> None:
    connect("alice", SINCE)
    connect("alice", RENAMED)
    connect("bob", Listener("acc-2", None, "al"))
    assert listener_of(BEFORE) == ListenersAccount(account_named("bob").id, "bob", disabled=False)
    connect("alice", RENAMED)
    assert stored_ids() == ("acc-1", "al2")


def test_a_disabled_account_signs_nobody_in() -> None:
    connect("alice", SINCE)
    seed.change("UPDATE account SET disabled_at = now()")
    assert (listener_of(SINCE), listener_of(BEFORE)) == (None, None)


@pytest.mark.parametrize("others", [BEFORE, SINCE, RENAMED])
def test_of_two_accounts_that_connect_one_listener_at_once_one_succeeds(others: Listener) -> None:
    refused: list[str] = []
    barrier = Barrier(2)

    def become(username: str, listener: Listener) -> None:
        with connected():
            barrier.wait(120)
            try:
                connect(username, listener)
            except AccountError as error:
                refused.append(str(error))

    threads = [Thread(target=become, args=value) for value in (("alice", SINCE), ("bob", others))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(refused) == 1
    assert TAKEN in refused[0]
    assert rows("SELECT count(*) FROM account WHERE refresh_token IS NOT NULL") == [(1,)]


@pytest.mark.parametrize("others", [BEFORE, SINCE, RENAMED])
def test_connecting_a_listener_waits_for_an_account_that_is_about_to_connect_them(others: Listener) -> None:
    """Neither sees what the other has not committed, and no index keeps `id` and `account_id` apart."""
    refused: list[str] = []
    begun = Event()

    def become_bob() -> None:
        with connected():
            begun.set()
            try:
                connect("bob", others)
            except AccountError as error:
                refused.append(str(error))

    with database.atomic():
        connect("alice", SINCE)
        thread = Thread(target=become_bob)
        thread.start()
        begun.wait(20)
        while thread.is_alive() and rows(WAITING) == [(0,)]:
            thread.join(0.02)
    thread.join(60)
    assert [TAKEN in sentence for sentence in refused] == [True]
