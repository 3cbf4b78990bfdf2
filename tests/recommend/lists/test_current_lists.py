"""Each list that is current on a day is made once, and past lists stay as they were."""

from datetime import date

import pytest

from db.engine.connection import rows
from people.accounts import Account
from recommend import nightly
from recommend.content import Content
from recommend.list_dates import list_date
from recommend.nightly import recommend
from tests.recommend.lists.playing import DAY, NOW, items, make, played

STORED = "SELECT list_name, date::text, revision, backfilled FROM recommendation_run ORDER BY date, list_name"
EVERYTHING = """
    SELECT to_jsonb(run)::text, (
        SELECT jsonb_agg(item ORDER BY rank) FROM recommendation item
        WHERE (item.account_id, item.list_name, item.date) = (run.account_id, run.list_name, run.date))::text
    FROM recommendation_run run ORDER BY list_name, date
"""


def everything() -> list[tuple[object, ...]]:
    return rows(EVERYTHING)


def test_each_list_is_made_once_and_dated_by_its_day_week_or_month(alice: Account) -> None:
    played(alice, "Harbour", "2025-11-18T10:00")
    assert make(alice) == [
        "alice: 1 recommendations for 2026-11-18 (made now, from few plays so far)",
        "alice: 0 recommendations for 2026-11-16 on the list weekly (made now, from few plays so far)",
        "alice: 1 recommendations for 2026-11-16 on the list year-ago (made now)",
        "alice: 0 recommendations for 2026-11-01 on the list month (made now)",
    ]
    assert rows(STORED) == [
        ("month", "2026-11-01", 1, False),
        ("weekly", "2026-11-16", 1, False),
        ("year-ago", "2026-11-16", 1, False),
        ("daily", "2026-11-18", 1, False),
    ]
    made = everything()
    assert make(alice) == [
        "alice: 1 recommendations for 2026-11-18 (made before, kept as it is, from few plays so far)"
    ]
    assert everything() == made


def test_a_new_week_has_new_lists_and_leaves_the_old_ones_alone(alice: Account) -> None:
    played(alice, "Harbour", "2025-11-18T10:00")
    make(alice)
    made = set(everything())
    played(alice, "Tide", "2025-11-19T10:00", 3)
    make(alice, date(2026, 11, 23), rebuild=True)
    assert made < set(everything())
    assert [name for _, name, _ in items("year-ago", date(2026, 11, 16))] == ["Harbour"]


def test_equal_plays_result_in_equal_lists(alice: Account) -> None:
    for number in range(40):
        played(alice, f"Song {number % 13}", f"2025-11-{17 + number % 7}T10:00", artist=f"Artist {number % 5}")
        played(alice, f"Song {number % 17}", f"2026-10-{1 + number % 28:02}T10:00", artist=f"Artist {number % 5}")
    make(alice)
    made = everything()
    make(alice, rebuild=True)
    assert everything() == made
    assert len(items("month", date(2026, 11, 1))) > 10


def test_a_run_killed_at_any_point_is_completed_by_the_next_one(
    alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    played(alice, "Harbour", "2025-11-18T10:00")
    make(alice)
    whole = [(name, text) for name, text, *_ in rows(STORED)]
    for end in ("weekly", "year-ago", "month"):
        rows("DELETE FROM recommendation_run RETURNING 1")
        with monkeypatch.context() as patch:
            patch.setitem(nightly.MAKERS, end, _killed)
            with pytest.raises(KeyboardInterrupt):
                make(alice)
        make(alice)
        assert [(name, text) for name, text, *_ in rows(STORED)] == whole


def _killed(*_: object) -> Content:
    raise KeyboardInterrupt


def test_a_list_of_a_week_that_is_over_is_marked_as_backfilled(alice: Account) -> None:
    played(alice, "Harbour", "2025-11-12T10:00")
    recommend(alice, date(2026, 11, 9), "year-ago", now=NOW)
    recommend(alice, list_date("year-ago", DAY), "year-ago", now=NOW)
    assert rows(STORED) == [("year-ago", "2026-11-09", 1, True), ("year-ago", "2026-11-16", 1, False)]
    assert [name for _, name, _ in items("year-ago", date(2026, 11, 9))] == ["Harbour"]


def test_daily_lists_do_not_depend_on_other_lists(alice: Account) -> None:
    for day in range(1, 15):
        played(alice, f"Song {day}", f"2026-11-{day:02}T10:00", day)
    make(alice)
    daily = items("daily", DAY)
    rows("DELETE FROM recommendation_run WHERE list_name = 'daily' RETURNING 1")
    make(alice)
    assert items("daily", DAY) == daily
