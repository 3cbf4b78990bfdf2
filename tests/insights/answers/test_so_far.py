"""A running period is compared with the same part of the period before, counted on the calendar by hand."""

from datetime import UTC, datetime

import pytest

from insights.answers.periods import ALL, bounded_period, named_period
from insights.answers.so_far import compared_so_far
from people.days import Zones, local_date

BERLIN = Zones(((datetime(1, 1, 3, tzinfo=UTC), "Europe/Berlin"),))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


@pytest.mark.parametrize(
    ("name", "now", "until"),
    [
        ("today", "2026-11-30T11:36", "2026-11-29T12:00"),  # the hour that has begun counts in full
        ("2026-11-30", "2026-11-30T11:36", "2026-11-29T12:00"),
        ("week", "2026-11-30T11:36", "2026-11-23T12:00"),  # a Monday
        ("2026-W49", "2026-12-02T11:00", "2026-11-25T11:00"),  # a Wednesday, at the full hour
        ("month", "2026-11-30T11:36", "2026-10-30T12:00"),
        ("month", "2026-03-30T10:30", "2026-02-28T23:00"),  # February has no 30th: all of it
        ("2026-11", "2026-11-02T22:30", "2026-10-02T22:00"),  # 23:30 in winter is the last hour, as 23:30 in summer is
        ("year", "2026-11-30T11:36", "2025-11-30T12:00"),
        ("2026", "2026-07-01T11:36", "2025-07-01T12:00"),
        ("2024", "2024-12-31T11:36", "2023-12-31T12:00"),  # by dates, though a day later in the year
        ("2024", "2024-02-29T11:36", "2023-02-28T12:00"),
        ("today", "2026-03-29T21:30", "2026-03-28T22:00"),  # 23:30, 22.5 hours after midnight: 23 of them
        ("today", "2026-10-25T22:30", "2026-10-24T22:00"),  # a day of 25 hours: at most all of the day before
    ],
)
def test_a_running_period_is_compared_until_the_same_hour(name: str, now: str, until: str) -> None:
    period = named_period(name, BERLIN, local_date(BERLIN, utc(now)))
    assert period.before
    compared = compared_so_far(period, BERLIN, utc(now))
    assert compared.before == (period.before[0], utc(until))
    assert (compared.name, compared.start, compared.end) == (name, period.start, period.end)


@pytest.mark.parametrize("name", ["2026-10", "2027", "2026-W48"])
def test_other_periods_are_compared_with_the_whole_one_before(name: str) -> None:
    period = named_period(name, BERLIN, local_date(BERLIN, utc("2026-11-30T11:36")))
    assert compared_so_far(period, BERLIN, utc("2026-11-30T11:36")) == period


def test_bounds_in_the_future_are_compared_by_what_has_passed() -> None:
    period = bounded_period(utc("2026-11-20T00:00"), utc("2026-12-20T00:00"))
    compared = compared_so_far(period, BERLIN, utc("2026-11-30T11:36"))
    assert compared.before == (utc("2026-10-21T00:00"), utc("2026-10-31T12:00"))


def test_all_time_is_compared_with_nothing() -> None:
    assert compared_so_far(ALL, BERLIN, utc("2026-11-30T11:36")) == ALL
