"""Exports with thousands of rows in one second: all are taken, and each costs what it would cost alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from collect.streaming_history import import_history, undo_import
from db.accounts import account_named, ensure_accounts
from db.connection import connected, database, row
from db.variants import AFTER_IMPORT, CREATE, RESOLVE
from tests.collect.exports import extended_row
from tests.collect.histories import Silent

AT = "2023-05-01T12:00:00Z"
STORED = """
    CREATE TEMPORARY TABLE candidate ON COMMIT DROP AS
    SELECT played_at, id, true AS stored FROM play WHERE id > (SELECT max(id) - %s FROM play)
"""
MANY = 33_000  # more than a smallint counts


@pytest.fixture
def alice(database_url: str) -> int:
    with connected():
        ensure_accounts(["alice"], "UTC")
        return account_named("alice").id


def export(folder: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    (folder / name).write_text(json.dumps(rows))
    return folder / name


def different_tracks(count: int, **more: object) -> list[dict[str, Any]]:
    return [extended_row(number, ts=AT, ms_played=60_000, **more) for number in range(count)]


def counts() -> tuple[int, int]:
    """(reports, plays)."""
    with connected():
        return row("SELECT count(*), count(*) FILTER (WHERE superseded_by IS NULL) FROM play") or (0, 0)


def test_more_rows_of_one_second_and_track_than_a_smallint_counts(alice: int, tmp_path: Path) -> None:
    """They differ in what is not stored, so each is a play of its own."""
    rows = [extended_row(1, ts=AT, device=number) for number in range(MANY)]
    report = import_history(alice, [export(tmp_path, "endsong_0.json", rows)], Silent())
    assert report.fates["new"] == MANY
    assert counts() == (MANY, MANY)
    with connected():
        assert row("SELECT max(occurrence) FROM play") == (MANY - 1,)


def test_two_exports_that_tell_of_one_second(alice: int, tmp_path: Path) -> None:
    older = export(tmp_path, "endsong_0.json", different_tracks(300))
    newer = export(tmp_path, "Streaming_History_Audio_2023.json", different_tracks(300, platform="ios 17"))
    import_history(alice, [older], Silent())
    report = import_history(alice, [newer], Silent())
    assert report.fates["better"] + report.fates["superseded"] == 300
    assert counts() == (600, 300)
    undo_import(report.import_id)
    assert counts() == (300, 300)


def rows_looked_at(plan: dict[str, Any]) -> int:
    """In every step of a plan that was carried out, those that it threw away too."""
    thrown = sum(plan.get(f"Rows Removed by {how}", 0) for how in ("Filter", "Join Filter", "Index Recheck"))
    return int(plan["Actual Loops"] * (plan["Actual Rows"] + thrown)) + sum(map(rows_looked_at, plan.get("Plans", [])))


def work(statement: str, **values: object) -> int:
    ((plan,),) = database.execute_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
    return rows_looked_at(plan[0]["Plan"])


def test_settling_a_second_takes_work_in_proportion_to_its_rows(alice: int, tmp_path: Path) -> None:
    """Twice the rows are twice the rows looked at, not four times."""
    costs, last = [], 0
    for count in (500, 1000, 2000):
        for number in range(2):
            rows = different_tracks(count, platform=f"{count} {number}")
            last = import_history(alice, [export(tmp_path, f"endsong_{number}.json", rows)], Silent()).import_id
        with connected(), database.atomic():
            database.execute_sql(CREATE)
            database.execute_sql(STORED, (count,))
            found = {"account": alice, "import": last, "others": True}
            costs.append((work(AFTER_IMPORT, **found) + work(RESOLVE, account=alice), counts()[0]))
    per_row = [cost / rows for cost, rows in costs]
    assert max(per_row) < 2 * min(per_row), costs


def test_hundreds_of_names_in_one_minute_are_not_taken_for_each_other(alice: int, tmp_path: Path) -> None:
    """With the same milliseconds, so each could be a renaming of any other: nothing tells which, and none is lost."""
    for number in range(2):
        rows = [
            {"endTime": "2023-05-01 12:00", "msPlayed": 60_000, "artistName": "A", "trackName": f"{number}-{track}"}
            for track in range(300)
        ]
        import_history(alice, [export(tmp_path, f"StreamingHistory_music_{number}.json", rows)], Silent())
    assert counts() == (600, 600)
