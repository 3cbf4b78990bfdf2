"""Usernames: unique, changeable, and reserved for a while for the account that had them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

import settings
from db.account_changes.several import Changes, change_account
from db.account_changes.usernames import USERNAME, add_account, rename_account
from db.engine.connection import connected, row
from db.people.accounts import AccountError, ensure_accounts
from people.accounts import account_named, all_accounts
from tests.web import seed


@pytest.fixture(autouse=True)
def alice_and_bob(database_url: str) -> Iterator[None]:
    with connected():
        ensure_accounts(["alice", "bob"], "Europe/Berlin")
        yield


def names() -> list[str]:
    return [account.username for account in all_accounts()]


def version(username: str) -> int:
    stored = row(
        "SELECT data_version FROM account_version WHERE account_id = (SELECT id FROM account WHERE username = %s)",
        username,
    )
    return int(stored[0]) if stored else 0


def test_an_account_is_added_private_and_not_connected() -> None:
    carol = add_account("carol", "Asia/Tokyo")
    account = account_named("carol")
    assert (account.id, account.time_zone, account.connected, account.disabled) == (carol, "Asia/Tokyo", False, False)
    assert row("SELECT visibility FROM account WHERE id = %s", carol) == ("private",)


@pytest.mark.parametrize("name", ["", ".hidden", "a b", "a/b", "ä", "x" * 65, "alice\n"])
def test_an_invalid_username_is_refused(name: str) -> None:
    with pytest.raises(AccountError, match="A username has 1 to 64 letters, digits"):
        add_account(name, "UTC")
    with pytest.raises(AccountError, match="A username has 1 to 64 letters, digits"):
        rename_account("alice", name)
    assert names() == ["alice", "bob"]


def test_the_settings_accept_the_same_usernames() -> None:
    assert USERNAME.pattern == settings.USERNAME.pattern


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(AccountError, match="There is no time zone 'Mars/Olympus': examples are Europe/Berlin"):
        add_account("carol", "Mars/Olympus")
    assert names() == ["alice", "bob"]


def test_a_renamed_account_is_the_same_account() -> None:
    before, version_before = account_named("alice"), version("alice")
    rename_account("alice", "alicia")
    assert account_named("alicia").id == before.id
    assert version("alicia") > version_before
    with pytest.raises(AccountError, match="There is no account 'alice': it is called 'alicia' now"):
        account_named("alice")


def test_a_current_or_recent_username_is_not_available_to_others() -> None:
    rename_account("alice", "alicia")
    for name in ("alice", "alicia", "bob"):
        with pytest.raises(AccountError, match=f"'{name}' is the name of another account, or was until recently"):
            add_account(name, "UTC")
    with pytest.raises(AccountError, match="'alice' is the name of another account, or was until recently"):
        rename_account("bob", "alice")


def test_a_name_is_free_again_after_ninety_days() -> None:
    rename_account("alice", "alicia")
    seed.move_times("former_username", "until", "-91 days")
    rename_account("bob", "alice")
    assert names() == ["alice", "alicia"]
    with pytest.raises(AccountError, match="There is no account 'bob': it is called 'alice' now"):
        account_named("bob")


def test_an_account_can_have_its_former_name_again() -> None:
    rename_account("alice", "alicia")
    rename_account("alicia", "alice")
    assert names() == ["alice", "bob"]
    with pytest.raises(AccountError, match="There is no account 'alicia': it is called 'alice' now"):
        account_named("alicia")
    rename_account("alice", "alice")
    assert names() == ["alice", "bob"]


def test_a_username_that_many_want_at_once_goes_to_one_account() -> None:
    def take(number: int) -> bool:
        try:
            with connected():
                if number % 2:
                    add_account("carol", "UTC")
                else:
                    changes = Changes("carol", "UTC", visibility="public")
                    change_account(account_named("alice").id, "alice", changes, datetime.now(UTC))
        except AccountError:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(take, range(12))) == 1
    assert "carol" in names()
    assert len(names()) == len(set(names())) <= 3


def test_usernames_in_the_environment_do_not_create_a_renamed_account_again() -> None:
    rename_account("alice", "alicia")
    ensure_accounts(["alice", "bob"], "UTC")
    assert names() == ["alicia", "bob"]
