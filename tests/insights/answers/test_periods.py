"""Named and bounded periods, in the listener's time zone."""

from datetime import UTC, date, datetime

import pytest

from insights.answers.periods import ALL, BEGINNING, END, NotAPeriod, Period, bounded_period, named_period
from people.days import Zones

BERLIN = Zones(((datetime(1, 1, 3, tzinfo=UTC), "Europe/Berlin"),))
TODAY = date(2024, 3, 31)  # a Sunday of 23 hours


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


@pytest.mark.parametrize(
    ("name", "start", "end", "before"),
    [
        ("today", "2024-03-30T23:00", "2024-03-31T22:00", "2024-03-29T23:00"),
        ("2024-03-31", "2024-03-30T23:00", "2024-03-31T22:00", "2024-03-29T23:00"),
        ("week", "2024-03-24T23:00", "2024-03-31T22:00", "2024-03-17T23:00"),
        ("2024-W13", "2024-03-24T23:00", "2024-03-31T22:00", "2024-03-17T23:00"),
        ("2020-W53", "2020-12-27T23:00", "2021-01-03T23:00", "2020-12-20T23:00"),
        ("month", "2024-02-29T23:00", "2024-03-31T22:00", "2024-01-31T23:00"),
        ("2024-01", "2023-12-31T23:00", "2024-01-31T23:00", "2023-11-30T23:00"),
        ("year", "2023-12-31T23:00", "2024-12-31T23:00", "2022-12-31T23:00"),
        ("2023", "2022-12-31T23:00", "2023-12-31T23:00", "2021-12-31T23:00"),
    ],
)
def test_a_named_period_begins_and_ends_at_local_midnight(name: str, start: str, end: str, before: str) -> None:
    assert named_period(name, BERLIN, TODAY) == Period(name, utc(start), utc(end), (utc(before), utc(start)))


def test_a_week_starts_on_the_configured_day() -> None:
    period = named_period("week", BERLIN, TODAY, "sunday")
    assert (period.start, period.end) == (utc("2024-03-30T23:00"), utc("2024-04-06T22:00"))


def test_all_has_no_bounds_and_no_period_before() -> None:
    assert named_period("all", BERLIN, TODAY) == ALL == Period("all", BEGINNING, END, None)


@pytest.mark.parametrize(
    "name",
    ["", "tomorrow", "2024-13", "2024-02-30", "2023-W53", "2024-W00", "24", "٢٠٢٤", "2024-1", "1969", "9999", "Week"],
)
def test_an_invalid_period_is_refused(name: str) -> None:
    with pytest.raises(NotAPeriod):
        named_period(name, BERLIN, TODAY)


def test_the_period_before_two_bounds_has_the_same_length() -> None:
    start, end = utc("2024-03-01T12:00"), utc("2024-03-03T00:00")
    assert bounded_period(start, end) == Period(None, start, end, (utc("2024-02-29T00:00"), start))
    assert bounded_period(start, None) == Period(None, start, END, None)
    assert bounded_period(None, end) == Period(None, BEGINNING, end, None)
