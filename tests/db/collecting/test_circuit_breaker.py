"""The circuit breaker: when calls to a service stop, for how long, and what ends that."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from db.collecting.circuit_breaker import BreakerState, blocked_until, breaker_states, record_failure, record_success
from db.engine.connection import close_database, connected, open_database

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _connection(database_url: str) -> Iterator[None]:
    with connected():
        yield


def fail(times: int, now: datetime = NOON, until: datetime | None = None) -> None:
    for _ in range(times):
        record_failure("lastfm", "it fails", now, until)


def test_the_breaker_of_a_new_service_is_closed() -> None:
    assert blocked_until("lastfm", NOON) is None
    assert breaker_states() == []


@pytest.mark.parametrize(
    ("failures", "until"),
    [
        (1, None),
        (2, None),
        (3, NOON + QUARTER),
        (4, NOON + 2 * QUARTER),
        (5, NOON + 4 * QUARTER),
        (9, NOON + 64 * QUARTER),
        (10, NOON + DAY),
        (40, NOON + DAY),
    ],
)
def test_the_breaker_stays_open_longer_after_each_failure(failures: int, until: datetime | None) -> None:
    fail(failures)
    assert blocked_until("lastfm", NOON) == until
    assert breaker_states() == [BreakerState("lastfm", failures, until, "it fails", None)]


def test_a_block_ends_on_time_and_the_next_failure_doubles_it() -> None:
    fail(3)
    assert blocked_until("lastfm", NOON + QUARTER - timedelta(seconds=1)) == NOON + QUARTER
    assert blocked_until("lastfm", NOON + QUARTER) is None
    fail(1, NOON + QUARTER)
    assert blocked_until("lastfm", NOON + QUARTER) == NOON + 3 * QUARTER


def test_a_services_own_deadline_blocks_it_at_once() -> None:
    fail(1, until=NOON + 5 * DAY)
    assert blocked_until("lastfm", NOON) == NOON + 5 * DAY


def test_a_failure_never_shortens_a_longer_block() -> None:
    fail(1, until=NOON + 5 * DAY)
    fail(3)
    fail(1, until=NOON + DAY)
    assert blocked_until("lastfm", NOON) == NOON + 5 * DAY


def test_a_success_closes_the_breaker() -> None:
    fail(5, until=NOON + DAY)
    record_success("lastfm", NOON + QUARTER)
    assert blocked_until("lastfm", NOON) is None
    assert breaker_states() == [BreakerState("lastfm", 0, None, "", NOON + QUARTER)]
    fail(2, NOON + DAY)
    assert breaker_states() == [BreakerState("lastfm", 2, None, "it fails", NOON + QUARTER)]


def test_each_service_has_its_own_breaker() -> None:
    fail(3)
    record_success("listenbrainz", NOON)
    record_failure("musicbrainz", "busy", NOON)
    assert blocked_until("listenbrainz", NOON) is None
    assert blocked_until("musicbrainz", NOON) is None
    assert [each.service for each in breaker_states()] == ["lastfm", "listenbrainz", "musicbrainz"]


def test_the_state_survives_the_process(database_url: str) -> None:
    fail(3)
    close_database()
    open_database(database_url)
    with connected():
        assert blocked_until("lastfm", NOON) == NOON + QUARTER
