"""Days of accounts in every scan mode, with all that goes wrong: every play that any source reported is stored once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from benchmarks.live_days.breaking import start_afresh
from benchmarks.live_days.days import live_through
from benchmarks.live_days.habits import DEVELOPERS
from benchmarks.live_days.table import lines, table
from db.engine.connection import close_database
from tests.suite.random_cases import is_nightly

pytestmark = pytest.mark.programs

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 40 if is_nightly() else 2
OFTEN = 2 if is_nightly() else 12  # so that something goes wrong within the days


@pytest.fixture
def breakable(database_url: str) -> Iterator[None]:
    """With connections that can be broken, and that no other test gets."""
    start_afresh(database_url)
    yield
    close_database()


@pytest.mark.parametrize("developer", [1, 2, 3, 4])
def test_every_play_that_any_source_reported_is_stored_once(breakable: None, developer: int) -> None:
    lives = live_through(developer, DEVELOPERS[developer - 1], SINCE, DAYS, OFTEN)
    results = lines(lives)
    assert lives[0].instance.breaks > 0, "nothing was killed: the test has lost its teeth"
    assert sum(line.compared.told for line in results) > 0
    assert all(line.is_good for line in results), table(results)
