"""When a listener's days begin."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.days import AN_INSTANT, Zones, local_date
from tests.insights.listening import MOMENTS, zones

EVER = datetime(1, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("UTC", "2026-11-20", "2026-11-20T00:00:00+00:00"),
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00+00:00"),  # the clock goes forward later that day
        ("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00+00:00"),
        ("Asia/Kathmandu", "2026-11-20", "2026-11-19T18:15:00+00:00"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00+00:00"),  # midnight was skipped: the day began at one
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00+00:00"),  # midnight came twice: the first
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00+00:00"),  # the day before did not exist
    ],
)
def test_a_day_begins_at_midnight_of_its_zone(zone: str, day: str, start: str) -> None:
    result = Zones(((EVER, zone),)).start_of(date.fromisoformat(day))
    assert result.astimezone(UTC).isoformat() == start


def test_the_zone_is_the_one_that_held_then() -> None:
    moved = datetime(2026, 6, 1, tzinfo=UTC)
    zones = Zones(((moved, "Asia/Tokyo"), (EVER, "America/New_York")))
    assert zones.at(datetime(2026, 5, 31, 23, 59, tzinfo=UTC)) == "America/New_York"
    assert zones.at(moved) == "Asia/Tokyo"
    assert zones.start_of(date(2026, 5, 1)).astimezone(UTC) == datetime(2026, 5, 1, 4, tzinfo=UTC)
    assert zones.start_of(date(2026, 6, 2)).astimezone(UTC) == datetime(2026, 6, 1, 15, tzinfo=UTC)


def test_days_follow_each_other_also_across_a_move() -> None:
    """Flying east the day of the move is short, flying west it is long; none begins before the one before it."""
    for there, here in (("America/New_York", "Asia/Tokyo"), ("Asia/Tokyo", "America/New_York")):
        zones = Zones(((datetime(2026, 6, 1, 9, tzinfo=UTC), here), (EVER, there)))
        starts = [zones.start_of(date(2026, 5, day)) for day in range(28, 32)]
        starts += [zones.start_of(date(2026, 6, day)) for day in range(1, 5)]
        assert starts == sorted(starts)


def test_flying_east_over_midnight_begins_the_day() -> None:
    """On arrival in Berlin it is 04:45 of 1 January; on departure in New York it was 22:45 of 31 December."""
    moved = datetime(2024, 1, 1, 3, 45, tzinfo=UTC)
    zones = Zones(((moved, "Europe/Berlin"), (EVER, "America/New_York")))
    assert zones.start_of(date(2024, 1, 1)) == moved


def test_flying_west_over_midnight_begins_the_day_anew() -> None:
    """On arrival in New York it is 22:45 of 31 December again, so 1 January begins at midnight there."""
    moved = datetime(2024, 1, 1, 3, 45, tzinfo=UTC)
    zones = Zones(((moved, "America/New_York"), (EVER, "Europe/Berlin")))
    assert zones.start_of(date(2024, 1, 1)).astimezone(UTC) == datetime(2024, 1, 1, 5, tzinfo=UTC)


@given(zones, st.sampled_from(MOMENTS), st.integers(-2, 2), st.integers(0, 200_000))
def test_once_a_day_has_begun_no_earlier_date_is_shown(zones: Zones, moment: datetime, days: int, later: int) -> None:
    day = moment.date() + timedelta(days=days)
    start = zones.start_of(day).astimezone(UTC)
    assert local_date(zones, start - AN_INSTANT) < day <= local_date(zones, start)
    assert local_date(zones, start + timedelta(seconds=later)) >= day


def test_the_first_known_zone_also_holds_before_its_beginning() -> None:
    zones = Zones(((datetime(2020, 1, 1, tzinfo=UTC), "Asia/Tokyo"),))
    assert zones.at(EVER) == "Asia/Tokyo"
    assert zones.start_of(date(2019, 1, 1)).astimezone(UTC) == datetime(2018, 12, 31, 15, tzinfo=UTC)
