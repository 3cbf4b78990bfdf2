"""A listener for the tests of lists."""

from collections.abc import Iterator

import pytest

from db.engine.connection import connected
from db.people.accounts import ensure_accounts
from people.accounts import Account, account_named


@pytest.fixture
def alice(database_url: str) -> Iterator[Account]:
    with connected():
        ensure_accounts(["alice"], "Europe/Berlin")
        yield account_named("alice")
