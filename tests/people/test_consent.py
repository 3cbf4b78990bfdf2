"""How long a consent lasts: whole calendar months, counted down by days."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from insights.answers.reading import reading
from people.accounts import find_account
from people.consent import Consent, consent_ends, consent_of
from tests.web import seed

GIVEN = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
END = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given_at", "end"),
    [
        ("2026-05-20 12:00Z", "2026-11-20 12:00Z"),
        ("2026-08-31 23:59:59Z", "2027-02-28 23:59:59Z"),
        ("2027-08-29 00:00Z", "2028-02-29 00:00Z"),
        ("2026-12-31 01:00Z", "2027-06-30 01:00Z"),
        ("2026-06-30 01:00Z", "2026-12-30 01:00Z"),
        ("2026-07-01 01:00Z", "2027-01-01 01:00Z"),
    ],
)
def test_a_consent_lasts_six_calendar_months(given_at: str, end: str) -> None:
    assert consent_ends(datetime.fromisoformat(given_at)) == datetime.fromisoformat(end)


def test_the_months_are_those_of_utc_wherever_the_instant_was_written_down() -> None:
    tokyo = datetime(2026, 9, 1, 5, 0, tzinfo=timezone(timedelta(hours=9)))  # still August in UTC
    assert consent_ends(tokyo) == datetime(2027, 2, 28, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("columns", "before_end", "state", "days_left"),
    [
        ({}, timedelta(days=40), "fine", 40),
        ({}, timedelta(days=30, seconds=1), "fine", 30),
        ({}, timedelta(days=30), "ends_soon", 30),
        ({}, timedelta(days=7, seconds=1), "ends_soon", 7),
        ({}, timedelta(days=7), "ends_very_soon", 7),
        ({}, timedelta(hours=23), "ends_very_soon", 0),
        ({}, timedelta(), "ended", 0),
        ({}, timedelta(days=-3), "ended", 0),
        ({"reconnect_reason": "withdrawn"}, timedelta(days=90), "ended", 0),
    ],
)
def test_a_consent_is_counted_down_by_days(
    database_url: str, columns: dict[str, str], before_end: timedelta, state: str, days_left: int
) -> None:
    seed.account(refresh_token="sealed", authorised_at=GIVEN, **columns)
    with reading():
        account = find_account("alice")
    assert account is not None
    assert consent_of(account, END - before_end) == Consent(state, END, days_left)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("columns", "consent"),
    [
        ({}, Consent("never", None, None)),
        ({"refresh_token": "sealed"}, Consent("fine", None, None)),
        ({"refresh_token": "sealed", "reconnect_reason": "ended"}, Consent("ended", None, 0)),
    ],
)
def test_a_consent_of_unknown_date_is_not_counted_down(
    database_url: str, columns: dict[str, str], consent: Consent
) -> None:
    seed.account(**columns)
    with reading():
        account = find_account("alice")
    assert account is not None
    assert consent_of(account, END) == consent
