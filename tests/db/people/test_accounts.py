"""Accounts: there from the start, connected to one listener each, and never to somebody else's."""

from datetime import UTC, datetime

import pytest

from db.engine.cipher import Cipher, WrongKey
from db.engine.connection import connected
from db.people.accounts import (
    AccountError,
    Grant,
    connect_account,
    ensure_accounts,
    mark_reconnect,
    renew_grant,
    stored_grant,
)
from music import Listener
from people.accounts import account_named, all_accounts

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GRANT = Grant("sealed-access", NOW, "sealed-refresh", "user-read-recently-played")


@pytest.fixture(autouse=True)
def alice_and_bob(database_url: str) -> object:
    with connected():
        ensure_accounts(["bob", "alice"], "Europe/Berlin")
        yield


def test_accounts_exist_from_the_start_and_are_left_as_they_are() -> None:
    ensure_accounts(["alice", "carol"], "Asia/Kolkata")
    assert [(account.username, account.time_zone, account.connected) for account in all_accounts()] == [
        ("alice", "Europe/Berlin", False),
        ("bob", "Europe/Berlin", False),
        ("carol", "Asia/Kolkata", False),
    ]


def test_an_unknown_account_is_named() -> None:
    with pytest.raises(AccountError, match=r"no account 'dora': .*users add dora` creates it, or add it to USERNAMES"):
        account_named("dora")


def test_connecting_again_as_somebody_else_is_refused() -> None:
    connect_account("alice", Listener("spotify-1", "Alice"), GRANT, NOW)
    with pytest.raises(AccountError, match="'alice' belongs to another Spotify account"):
        connect_account("alice", Listener("spotify-2", "Eve"), GRANT, NOW)


def test_one_listener_cannot_be_two_accounts() -> None:
    connect_account("alice", Listener("spotify-1", "Alice"), GRANT, NOW)
    with pytest.raises(AccountError, match="connected under another username already"):
        connect_account("bob", Listener("spotify-1", "Alice"), GRANT, NOW)
    assert not account_named("bob").connected


def test_a_refresh_without_a_new_refresh_token_keeps_the_old_one() -> None:
    connect_account("alice", Listener("spotify-1", None), GRANT, NOW)
    alice = account_named("alice").id
    renew_grant(alice, GRANT, Grant("newer", NOW, None, ""))
    assert stored_grant(alice) == Grant("newer", NOW, "sealed-refresh", "")


def test_a_late_refresh_does_not_undo_a_new_consent() -> None:
    connect_account("alice", Listener("spotify-1", None), GRANT, NOW)
    newer = Grant("access-2", NOW, "refresh-2", "")
    connect_account("alice", Listener("spotify-1", None), newer, NOW)
    alice = account_named("alice").id
    renew_grant(alice, GRANT, Grant("access-1", NOW, "refresh-1", ""))
    mark_reconnect(alice, GRANT, "the old consent has ended")
    assert stored_grant(alice) == newer
    assert account_named("alice").reconnect_reason is None


def test_what_is_sealed_opens_with_the_same_key_only() -> None:
    sealed = Cipher("a" * 32).seal_text("token")
    assert "token" not in sealed
    assert Cipher("a" * 32).open_text(sealed) == "token"
    with pytest.raises(WrongKey, match="SECRET_KEY is not the key that encrypted the tokens"):
        Cipher("b" * 32).open_text(sealed)
    assert Cipher("a" * 32).open(sealed.encode()[:-4], 600) is None
