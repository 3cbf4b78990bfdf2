"""Numbers, dates, durations and lists are written as in each language."""

from datetime import date, timedelta

import pytest

from web.languages.current import speaking
from web.languages.when import in_week
from web.languages.writing import (
    date_range,
    day_and_month,
    duration,
    listed,
    long_date,
    month_and_year,
    month_mark,
    number,
    percent,
    plain_date,
    short_date,
    short_day_and_month,
    weekday_marks,
    weekday_names,
)

DAY = date(2026, 11, 20)
HOUR = 3_600_000


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["20 Nov 2026", "20 November 2026", "Friday, 20 November 2026", "November 2026", "20 November",
                "20 Nov"]),
        ("de", ["20. Nov. 2026", "20. November 2026", "Freitag, 20. November 2026", "November 2026", "20. November",
                "20. Nov."]),
    ],
)  # fmt: skip
def test_dates_are_written_as_in_the_language(language: str, texts: list[str]) -> None:
    with speaking(language):
        written = [
            write(DAY)
            for write in (short_date, plain_date, long_date, month_and_year, day_and_month, short_day_and_month)
        ]
        assert (written, month_mark(DAY)) == (texts, "Nov")


@pytest.mark.parametrize(
    ("last", "english", "german"),
    [
        (date(2026, 11, 29), "20\u201329 November 2026", "20.\u201329. November 2026"),
        (date(2026, 12, 3), "20 November \u2013 3 December 2026", "20. November \u2013 3. Dezember 2026"),
        (date(2027, 1, 1), "20 November 2026 \u2013 1 January 2027", "20. November 2026 \u2013 1. Januar 2027"),
    ],
)
def test_ranges_of_dates_repeat_no_month_and_no_year(last: date, english: str, german: str) -> None:
    with speaking("en"):
        assert date_range(DAY, last) == english
    with speaking("de"):
        assert date_range(DAY, last) == german


def test_numbers_are_written_as_in_the_language() -> None:
    with speaking("en"):
        assert (number(1_234_567), percent(43.2)) == ("1,234,567", "43%")
    with speaking("de"):
        assert (number(1_234_567), percent(43.2)) == ("1.234.567", "43\xa0%")


@pytest.mark.parametrize(
    ("ms", "english", "german"),
    [
        (12_000, "12 s", "12 Sek."),
        (3 * 60_000, "3 min", "3 Min."),
        (HOUR, "1 h", "1 Std."),
        (3 * HOUR + 20 * 60_000, "3 h 20 min", "3 Std. 20 Min."),
        (1234 * HOUR, "1,234 h", "1.234 Std."),
    ],
)
def test_durations_are_written_as_in_the_language(ms: int, english: str, german: str) -> None:
    with speaking("en"):
        assert duration(ms) == english
    with speaking("de"):
        assert duration(ms) == german


def test_lists_are_written_as_in_the_language() -> None:
    with speaking("de"):
        assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"])] == [
            "", "a", "a und b", "a, b und c", "a, b, c und d",
        ]  # fmt: skip
    with speaking("en"):
        assert listed(["a", "b", "c"]) == "a, b and c"


def test_weeks_begin_on_monday() -> None:
    with speaking("de"):
        assert (weekday_names()[0], weekday_marks()) == ("Montag", ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"))


@pytest.mark.parametrize(
    ("first", "english", "german"),
    [
        (date(2026, 7, 20), "20\u201326 July 2026", "20. bis 26. Juli 2026"),
        (date(2026, 3, 30), "30 March \u2013 5 April 2026", "30. März bis 5. April 2026"),
        (date(2025, 12, 29), "29 December 2025 \u2013 4 January 2026", "29. Dezember 2025 bis 4. Januar 2026"),
    ],
)
def test_a_week_is_named_by_its_first_and_last_day(first: date, english: str, german: str) -> None:
    last = first + timedelta(days=6)
    assert in_week(first, last) == f"in the week of {english}"
    with speaking("de"):
        assert in_week(first, last) == f"in der Woche vom {german}"
