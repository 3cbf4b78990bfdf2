"""Who listens here."""

from datetime import UTC, datetime

import pytest

from insights.answers.reading import reading
from people.accounts import all_accounts, find_account
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
