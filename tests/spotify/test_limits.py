"""The rate limit in a 429 is read in all its forms."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.errors import Blocked, TryLater
from spotify.limits import Limit, read_limit, retry_after
from tests.spotify.scripted import NOW

QUOTA = b'{"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}'
BURST = b'{"error": {"status": 429, "message": "API rate limit exceeded"}}'


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("3", 3),
        (" 7 ", 7),
        ("007", 7),
        ("74214", 74214),
        ("2592000", 2592000),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30),
        ("Fri, 20 Nov 2026 12:00:30 +0000", 30),
        ("Friday, 20-Nov-26 12:00:30 GMT", 30),
        ("Fri Nov 20 12:00:30 2026", 30),
        ("Fri, 20 Nov 2026 12:00:30 -0000", 30),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
    ],
)
def test_a_wait_is_seconds_or_until_a_date(value: str, seconds: int) -> None:
    assert retry_after(value, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    [None, "", " ", "-1", "1.5", "1e3", "soon", "٣", "60 seconds", "2592001", "9" * 9, "9" * 30, "9" * 5000,
     "Fri, 20 Nov 9999 12:00:30 GMT", "Fri, 99 Nov 2026 12:00:30 GMT", "2026-11-20T12:00:30Z"],
)  # fmt: skip
def test_a_missing_or_invalid_wait_is_none(value: str | None) -> None:
    assert retry_after(value, NOW) is None


@given(st.one_of(st.text(max_size=40), st.text("0123456789 :,+-GMTFriNov", max_size=40)))
def test_any_header_can_be_read_without_a_crash(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or timedelta() <= wait <= timedelta(days=30)


@pytest.mark.parametrize(
    ("headers", "body", "limit", "short"),
    [
        ({"retry-after": "3"}, BURST, Limit(timedelta(seconds=3), quota=False), True),
        ({"retry-after": "60"}, b"Too many requests", Limit(timedelta(seconds=60), quota=False), True),
        ({"retry-after": "61"}, b"Too many requests", Limit(timedelta(seconds=61), quota=False), False),
        ({"retry-after": "3"}, QUOTA, Limit(timedelta(seconds=3), quota=True), False),
        ({"retry-after": "soon"}, b"", Limit(None, quota=False), False),
        ({}, QUOTA, Limit(None, quota=True), False),
    ],
)
def test_only_a_short_wait_without_a_quota_is_waited_out(
    headers: dict[str, str], body: bytes, limit: Limit, short: bool
) -> None:
    assert read_limit(headers, body, NOW) == limit
    assert limit.is_short is short


@pytest.mark.parametrize(
    ("limit", "until", "sentence"),
    [
        (Limit(timedelta(seconds=74214), quota=True), NOW + timedelta(seconds=74214),
         "until 2026-11-21 08:36 UTC (the app's quota is used up)"),
        (Limit(timedelta(seconds=5), quota=True), NOW + timedelta(seconds=5),
         "until 2026-11-20 12:00 UTC (the app's quota is used up)"),
        (Limit(None, quota=True), NOW + timedelta(days=1), "until 2026-11-21 12:00 UTC (the app's quota is used up)"),
        (Limit(timedelta(seconds=61), quota=False), NOW + timedelta(seconds=61),
         "until 2026-11-20 12:01 UTC (too many requests)"),
    ],
)  # fmt: skip
def test_a_long_wait_or_a_quota_is_a_block(limit: Limit, until: object, sentence: str) -> None:
    error = limit.refusal("search", NOW)
    assert isinstance(error, Blocked)
    assert str(error) == f"Spotify accepts no more calls for search {sentence}; it continues by itself then."
    assert error.until == until


@pytest.mark.parametrize(
    ("limit", "wait"),
    [(Limit(timedelta(seconds=60), quota=False), timedelta(seconds=60)),
     (Limit(timedelta(), quota=False), timedelta(minutes=5)),
     (Limit(None, quota=False), timedelta(minutes=5))],
)  # fmt: skip
def test_a_burst_does_not_block(limit: Limit, wait: timedelta) -> None:
    error = limit.refusal("search", NOW)
    assert type(error) is TryLater
    assert str(error) == "Spotify is busy (429); the next run tries again."
    assert error.until == NOW + wait
