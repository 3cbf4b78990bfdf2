"""Exports with thousands of rows in one second: all are stored, and each row costs what it would cost alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collect.exports.streaming_history import import_history, undo_import
from db.engine.connection import connected, database, row, rows
from db.people.accounts import ensure_accounts
from db.plays.variants import AFTER_IMPORT, CREATE, RESOLVE
from people.accounts import account_named
from tests.collect.export_files import extended_row
from tests.collect.histories import Silent
from tests.looked_at import counting, work
from tests.suite.citus import needs_explain

pytestmark = pytest.mark.programs

AT = "2023-05-01T12:00:00Z"
STORED = """
    CREATE TEMPORARY TABLE candidate ON COMMIT DROP AS
    SELECT played_at, id, true AS stored FROM play WHERE id > (SELECT max(id) - %s FROM play)
"""
ANALYSED_WHILE_EMPTY = """
    SELECT pg_restore_relation_stats(
        'schemaname', 'public', 'relname', name, 'relpages', 1, 'reltuples', 0::real, 'version', 180000)
    FROM unnest(ARRAY['play', 'track', 'account_track']) AS name
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


def test_more_rows_of_one_second_and_track_than_a_smallint_counts_are_stored(alice: int, tmp_path: Path) -> None:
    """They differ in a field that is not stored, so each is a play of its own."""
    rows = [extended_row(1, ts=AT, device=number) for number in range(MANY)]
    report = import_history(alice, [export(tmp_path, "endsong_0.json", rows)], Silent())
    assert report.fates["new"] == MANY
    assert counts() == (MANY, MANY)
    with connected():
        assert row("SELECT max(occurrence) FROM play") == (MANY - 1,)


@needs_explain
def test_statistics_of_empty_tables_do_not_make_an_import_quadratic(
    alice: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Autovacuum may have analysed the tables while they were empty, as after the undoing of an import."""
    per_row = []
    for count in (500, 2000):
        with connected():
            rows(ANALYSED_WHILE_EMPTY)
        with counting(monkeypatch) as looked_at:
            exported = [extended_row(1, ts=AT, device=number) for number in range(count)]
            imported = import_history(alice, [export(tmp_path, "endsong_0.json", exported)], Silent())
            per_row.append(sum(looked_at.values()) / count)
        undo_import(imported.import_id)
    assert per_row[1] < 2 * per_row[0], per_row


def test_plays_of_one_second_in_two_exports_count_once(alice: int, tmp_path: Path) -> None:
    older = export(tmp_path, "endsong_0.json", different_tracks(300))
    newer = export(tmp_path, "Streaming_History_Audio_2023.json", different_tracks(300, platform="ios 17"))
    import_history(alice, [older], Silent())
    report = import_history(alice, [newer], Silent())
    assert report.fates["better"] + report.fates["superseded"] == 300
    assert counts() == (600, 300)
    undo_import(report.import_id)
    assert counts() == (300, 300)


def test_settling_a_second_takes_work_in_proportion_to_its_rows(alice: int, tmp_path: Path) -> None:
    """Four times the rows are four times the rows looked at, not sixteen times."""
    costs, last = [], 0
    for count in (250, 1000):
        for number in range(2):
            rows = different_tracks(count, platform=f"{count} {number}")
            last = import_history(alice, [export(tmp_path, f"endsong_{number}.json", rows)], Silent()).import_id
        with connected(), database.atomic():
            database.execute_sql(CREATE)
            database.execute_sql(STORED, (count,))
            result = {"account": alice, "import": last, "others": True}
            costs.append((work(AFTER_IMPORT, **result) + work(RESOLVE, account=alice), counts()[0]))
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


Rows = list[dict[str, Any]]


def same_track(count: int, **more: object) -> Rows:
    return [extended_row(1, ts=AT, ms_played=60_000, device=number, **more) for number in range(count)]


def offline(count: int, **more: object) -> Rows:
    return different_tracks(count, offline=True, offline_timestamp=1_682_940_000, **more)


def listens(count: int) -> Rows:
    return [{"listened_at": 1_682_942_340, "track_metadata": {
        "artist_name": "The Lanterns", "track_name": f"Glass Harbour, part {number}",
        "additional_info": {"duration_ms": 60_000}}} for number in range(count)]  # fmt: skip


def account_data(count: int, *, title: str, alike: int = 1) -> Rows:
    """`alike` rows of each number of milliseconds."""
    return [{"endTime": "2023-05-01 12:00", "msPlayed": 60_000 + number // alike, "artistName": "The Lanterns",
             "trackName": f"{title}, part {number}"} for number in range(count)]  # fmt: skip


RECENT = {"insight": {"source": "recent"}}
BARE = {"platform": None, "conn_country": None}  # a fuller report supersedes such a row
# What is stored first, and what is imported then.
CROWDS: dict[str, tuple[Callable[[int], Rows], Callable[[int], Rows]]] = {
    "listens of different tracks": (different_tracks, listens),
    "collected plays of one track": (same_track, lambda count: same_track(count, **RECENT)),
    "collected plays of different tracks": (different_tracks, lambda count: different_tracks(count, **RECENT)),
    "account data with the same milliseconds": (
        different_tracks,
        lambda count: [row | {"msPlayed": 60_000} for row in account_data(count, title="Glass Harbour")],
    ),
    "account data with other names": (
        lambda count: account_data(count, title="Glass Harbour", alike=2),
        lambda count: account_data(count, title="Paper Boats", alike=2),
    ),
    "offline plays": (lambda count: offline(count, **BARE), offline),
}


# PostgreSQL compares fewer offline plays each with each.
SIZES = {"offline plays": (100, 600, 1000)}


@needs_explain
@pytest.mark.parametrize("crowd", CROWDS)
def test_a_second_of_two_sources_takes_work_in_proportion_to_its_rows(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crowd: str
) -> None:
    """The work is that of importing the second source and of undoing that import; each play counts once."""
    stored_rows, imported = CROWDS[crowd]
    per_row = []
    first, *_ = sizes = SIZES.get(crowd, (20, 200, 400))
    for count in sizes:
        with connected():
            ensure_accounts([f"listener-{count}"], "UTC")
            account = account_named(f"listener-{count}").id
        import_history(account, [export(tmp_path, "endsong_0.json", stored_rows(count))], Silent())
        with counting(monkeypatch) as looked_at:
            report = import_history(account, [export(tmp_path, "endsong_1.json", imported(count))], Silent())
            assert plays_of(account) == (2 * count, count)
            undo_import(report.import_id)
            assert plays_of(account) == (count, count)
            per_row.append(looked_at.total() / count)
        if count == first:
            with connected():
                database.execute_sql(
                    "ANALYZE"
                )  # PostgreSQL plans the following statements by statistics of this account only
    assert per_row[2] < 1.4 * per_row[1], looked_at.most_common(3)


def plays_of(account: int) -> tuple[int, int]:
    with connected():
        return row(
            "SELECT count(*), count(*) FILTER (WHERE superseded_by IS NULL) FROM play WHERE account_id = %s", account
        ) or (0, 0)
