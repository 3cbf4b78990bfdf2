"""A private account with plays of this week, for the tests of contrib/."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed


@pytest.fixture
def alice(client: TestClient) -> int:
    account_id, boats = seed.account(visibility="private"), seed.known_track()
    seed.play(account_id, boats, "2026-11-20 09:00Z", ms_played=180_000)
    seed.play(account_id, boats, "2026-11-18 09:00Z", ms_played=200_000)
    return account_id
