"""Accounts as they are read from the database."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest

from db.account_changes.time_zones import set_time_zone
from db.engine.connection import connected, database, execute
from db.people.account_status import disable_account, set_visibility
from db.people.accounts import bump_data_version
from insights.answers.reading import reading
from people.accounts import Account, all_accounts, find_account
from people.days import Zones
from tests.web import seed

EVER = datetime(1, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("columns", "connected", "reconnect_needed"),
    [
        ({}, False, False),
        ({"refresh_token": "sealed"}, True, False),
        ({"refresh_token": "sealed", "reconnect_reason": "ended"}, False, True),
    ],
)
def test_an_account_is_connected_until_its_consent_ends(
    database_url: str, columns: dict[str, str], connected: bool, reconnect_needed: bool
) -> None:
    seed.account(**columns)
    with reading():
        account = find_account("alice")
    assert account is not None
    assert (account.connected, account.reconnect_needed) == (connected, reconnect_needed)


def test_the_zones_come_newest_first(database_url: str) -> None:
    alice = seed.account()
    seed.lives_in(alice, "Asia/Tokyo", "2026-06-01 00:00Z")
    with reading():
        (result,) = all_accounts()
    assert result.zones == Zones(((datetime(2026, 6, 1, tzinfo=UTC), "Asia/Tokyo"), (EVER, "Europe/Berlin")))


def test_names_are_exact_and_listed_in_order(database_url: str) -> None:
    for name in ("bob", "alice", "Carol"):
        seed.account(name)
    with reading():
        assert [account.username for account in all_accounts()] == ["Carol", "alice", "bob"]
        assert find_account("carol") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda account_id: set_time_zone(account_id, "Asia/Tokyo", always=True),
        lambda account_id: set_visibility(account_id, "private"),
        disable_account,
        bump_data_version,
    ],
    ids=["zone", "visibility", "disabled", "data"],
)
def test_whatever_changes_an_account_is_read_at_once(database_url: str, change: Callable[[int], None]) -> None:
    alice = seed.account()
    with connected():
        bump_data_version(alice)
        before = _account()
        assert _account() == before
        change(alice)
        assert _account() != before


def test_an_account_read_in_a_transaction_is_not_kept_when_it_is_rolled_back(database_url: str) -> None:
    alice = seed.account()
    with connected():
        bump_data_version(alice)
        with database.atomic() as transaction:
            set_time_zone(alice, "Asia/Tokyo", always=True)
            assert _account().time_zone == "Asia/Tokyo"
            transaction.rollback()
        bump_data_version(alice)
        assert _account().time_zone == "Europe/Berlin"


def test_an_account_made_anew_is_not_the_old_one(database_url: str) -> None:
    old = seed.account()
    with connected():
        bump_data_version(old)
        assert _account().id == old
        execute("DELETE FROM account")
        assert find_account("alice") is None
        new = seed.account()
        bump_data_version(new)
        assert _account().id == new


def _account() -> Account:
    account = find_account("alice")
    assert account is not None
    return msgspec.structs.replace(account, read_at=EVER, row_versions="")
