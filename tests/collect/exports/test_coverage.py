"""The time that an import covers: that of each of Spotify's exports by itself, never the holes between them."""

import argparse
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collect.exports.archives import UnreadableExport
from collect.exports.streaming_history import import_history, undo_import
from db.engine.connection import connected
from insights.plays.coverage import Coverage, coverage
from insights.plays.gaps import gaps
from insights.plays.recorded import record_of
from insights.plays.spans import Span
from insights.quality import quality
from terminal import export
from tests.collect.export_files import as_json, extended_row, spotify_zip
from tests.collect.histories import Silent
from tests.insights.recording import DAY, collects, listens, misses, november
from tests.web import seed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AUDIO, FOLDER = "Streaming_History_Audio", "Spotify Extended Streaming History"


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account()


def extended(*days: str, **changes: object) -> list[dict[str, object]]:
    return [extended_row(1, ts=f"{day}T10:00:00Z", offline_timestamp=None, **changes) for day in days]


def account_data(*days: str) -> list[dict[str, object]]:
    return [
        {"endTime": f"{day} 10:00", "artistName": "The Lanterns", "trackName": "Tidewater", "msPlayed": 200_000}
        for day in days
    ]


JUNE_2023, JUNE_2025 = extended("2023-06-01", "2023-06-03"), extended("2025-06-01", "2025-06-03")
APRIL_2024 = account_data("2024-04-01", "2024-04-20")


def written(folder: Path, files: Mapping[str, Sequence[object]]) -> Path:
    for name, each in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(as_json(*each))
    return folder


def import_files(account: int, *paths: Path) -> int:
    return import_history(account, paths, Silent()).import_id


def covered(account: int) -> list[tuple[str, str]]:
    """(first day, last day) of each span in which exports cover everything."""
    with connected():
        return [(f"{span.start:%Y-%m-%d}", f"{span.end:%Y-%m-%d}") for span in record_of(account).covers]


def uncovered(account: int) -> list[tuple[str, str]]:
    with connected():
        listed = gaps(account, NOW)
    return [(f"{gap.start:%Y-%m-%d}", f"{gap.end:%Y-%m-%d}") for gap in listed[::-1] if gap.reason == "not_covered"]


HOLES = [("2023-06-03", "2024-04-01"), ("2024-04-20", "2025-06-01"), ("2025-06-03", "2026-11-20")]
EXPORTS = [("2023-06-01", "2023-06-03"), ("2024-04-01", "2024-04-20"), ("2025-06-01", "2025-06-03")]
THREE = {
    f"{AUDIO}_2023_0.json": JUNE_2023,
    "StreamingHistory_music_0.json": APRIL_2024,
    f"{AUDIO}_2025_0.json": JUNE_2025,
}
IN_FOLDERS = {f"{number}/{name}": exported for number, (name, exported) in enumerate(THREE.items())}


@pytest.mark.parametrize("files", [THREE, IN_FOLDERS], ids=["side by side", "each in a folder"])
@pytest.mark.parametrize("way", ["folder", "zip", "loose files", "one by one"])
def test_holes_between_exports_are_covered_by_nothing(
    alice: int, tmp_path: Path, files: dict[str, list[dict[str, object]]], way: str
) -> None:
    folder = written(tmp_path / "exports", files)
    if way == "folder":
        import_files(alice, folder)
    elif way == "zip":
        members = {name: as_json(*each) for name, each in files.items()}
        import_files(alice, spotify_zip(tmp_path / "all.zip", members))
    elif way == "loose files":
        import_files(alice, *sorted(folder.rglob("*.json")))
    else:
        for path in sorted(folder.rglob("*.json")):
            import_files(alice, path)
    assert (covered(alice), uncovered(alice)) == (EXPORTS, HOLES)


def test_undoing_an_import_uncovers_what_only_it_covered(alice: int, tmp_path: Path) -> None:
    folder = written(tmp_path, THREE)
    first, second, third = [import_files(alice, folder / name) for name in THREE]
    undo_import(second)
    assert uncovered(alice) == [("2023-06-03", "2025-06-01"), ("2025-06-03", "2026-11-20")]
    undo_import(first)
    assert uncovered(alice) == [("2025-06-03", "2026-11-20")]
    undo_import(third)
    assert uncovered(alice) == []


@pytest.mark.parametrize(
    "files",
    [
        {f"{FOLDER}/{AUDIO}_2021-2024_0.json": extended("2021-05-01", "2024-05-01")},
        {f"{FOLDER}/{AUDIO}_2021_0.json": extended("2021-05-01", "2024-04-20"),
         f"{FOLDER}/{AUDIO}_2024_1.json": extended("2024-05-01")},
        {"MyData/endsong_1.json": extended("2021-05-01", "2024-04-01"),
         "MyData/endsong_0.json": extended("2024-05-01")},
        {"StreamingHistory1.json": account_data("2021-05-01", "2024-04-01"),
         "StreamingHistory0.json": account_data("2024-05-01")},
    ],
)  # fmt: skip
def test_a_silence_inside_one_export_is_covered(
    alice: int, tmp_path: Path, files: dict[str, list[dict[str, object]]]
) -> None:
    import_files(alice, written(tmp_path, files))
    assert covered(alice) == [("2021-05-01", "2024-05-01")]


@pytest.mark.parametrize(
    ("first", "second", "later"),
    [
        (f"{AUDIO}_2024_0.json", f"{AUDIO}_2024_2.json", "2024-05-20"),  # the file between is not there
        (f"{AUDIO}_2024_0.json", f"{AUDIO}_2024-2025_0.json", "2024-05-20"),  # two are the first
        (f"{AUDIO}_2024_0.json", f"{AUDIO}_2024_1.json", "2024-09-01"),  # Spotify cuts by size, not at a silence
        ("endsong_0.json", f"{AUDIO}_2024_1.json", "2024-05-20"),
        ("2024/endsong_0.json", "2025/endsong_1.json", "2024-05-20"),
        ("my first.json", "my second.json", "2024-05-20"),
    ],
)
def test_the_time_between_files_is_covered_only_if_they_are_clearly_of_one_export(
    alice: int, tmp_path: Path, first: str, second: str, later: str
) -> None:
    files = {first: extended("2024-05-01"), second: extended(later)}
    folder = written(tmp_path, files)
    import_files(alice, *sorted(folder.glob("my*.json")) or [folder])
    assert covered(alice) == [("2024-05-01", "2024-05-01"), (later, later)]


def test_an_export_covers_offline_plays_from_when_they_were_heard(alice: int, tmp_path: Path) -> None:
    (begun,) = extended("2024-05-03")
    offline = begun | {"offline": True, "offline_timestamp": 1714557600}  # 2024-05-01 10:00:00Z
    import_files(alice, written(tmp_path, {f"{AUDIO}_2024_0.json": [offline, *extended("2024-05-04")]}))
    assert covered(alice) == [("2024-05-01", "2024-05-04")]
    assert uncovered(alice) == [("2024-05-04", "2026-11-20")]


def test_a_night_between_loose_files_of_one_export_is_no_hole(alice: int, tmp_path: Path) -> None:
    folder = written(tmp_path, {"endsong_0.json": extended("2024-05-01"), "endsong_1.json": extended("2024-05-02")})
    import_files(alice, *sorted(folder.glob("*.json")))
    assert covered(alice) == [("2024-05-01", "2024-05-02")]


def test_listens_cover_no_time(alice: int, tmp_path: Path) -> None:
    listen = {"listened_at": 1_700_000_000, "track_metadata": {"track_name": "Tidewater", "artist_name": "Lanterns"}}
    (tmp_path / "listens.jsonl").write_text(json.dumps(listen))
    import_files(alice, tmp_path / "listens.jsonl")
    assert (covered(alice), uncovered(alice)) == ([], [("2023-11-14", "2026-11-20")])


def exported(account_name: str, path: Path) -> Path:
    parser = argparse.ArgumentParser()
    export.add(parser.add_subparsers())
    arguments = parser.parse_args(["export", "--user", account_name, "--output", str(path)])
    assert arguments.run(arguments) == 0
    return path


@pytest.fixture
def own_export(alice: int, tmp_path: Path) -> Path:
    """alice's own export: extended rows of 2023, a hole, and two months that were collected with half a day missed."""
    import_files(alice, written(tmp_path / "spotify", {f"{AUDIO}_2023_0.json": JUNE_2023}) / f"{AUDIO}_2023_0.json")
    listens(alice, november(1) - 30 * DAY, november(10))
    listens(alice, november(10, 12), november(20))
    misses(alice, november(9, 23), november(10, 12))
    collects(alice, NOW)
    return exported("alice", tmp_path / "alice.zip")


def coverage_of(account: int) -> Coverage:
    with connected():
        return coverage(record_of(account), NOW, in_sight=False)


def unmatched(account: int) -> int:
    with connected():
        (check,) = (check for check in quality(account, NOW, 0) if check.name == "unmatched_reports")
    return check.count


def test_our_own_export_covers_what_its_sources_did(alice: int, own_export: Path) -> None:
    bob = seed.account("bob")
    import_files(bob, own_export)
    assert coverage_of(bob).uncovered == coverage_of(alice).uncovered
    assert coverage_of(bob).collected == []
    assert unmatched(bob) == 0


def test_our_own_export_of_what_was_imported_from_it_is_the_same(alice: int, own_export: Path, tmp_path: Path) -> None:
    import_files(seed.account("bob"), own_export)
    assert exported("bob", tmp_path / "bob.zip").read_bytes() == own_export.read_bytes()


def without_coverage(own_export: Path, folder: Path) -> Path:
    """The export as version 0.5.0 made it."""
    with zipfile.ZipFile(own_export) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if "Coverage" not in name}
    return spotify_zip(folder / "old.zip", members)


def test_collected_plays_in_an_older_export_of_ours_cover_no_time(alice: int, own_export: Path, tmp_path: Path) -> None:
    bob = seed.account("bob")
    import_files(bob, without_coverage(own_export, tmp_path))
    assert (covered(bob), unmatched(bob)) == ([("2023-06-01", "2023-06-03")], 0)


def test_an_older_export_of_ours_covers_no_long_silence(alice: int, tmp_path: Path) -> None:
    own = [{**row, "insight": {"source": "recent"}} for row in extended("2025-07-01")]
    rows = [*extended("2023-06-01", "2023-06-03", "2023-07-20"), *JUNE_2025, *own]
    import_files(alice, written(tmp_path, {f"{AUDIO}_2023-2025_0.json": rows}))
    assert covered(alice) == [("2023-06-01", "2023-07-20"), ("2025-06-01", "2025-06-03")]


@pytest.mark.parametrize(
    "document",
    [
        b"[", b"[]", b'{"covers": []}', b'{"covers": [], "extended": [], "more": 1}', b'{"covers": {}, "extended": []}',
        b'{"covers": [["2024-01-01T00:00:00Z"]], "extended": []}',
        b'{"covers": [["2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z"]], "extended": []}',
        b'{"covers": [["2024-02-30T00:00:00Z", "2024-03-01T00:00:00Z"]], "extended": []}',
        b'{"covers": [[0, 1]], "extended": []}', b" " * (4 * 1024**2 + 1),
    ],
    ids=range(10),
)  # fmt: skip
@pytest.mark.parametrize("way", ["zip", "folder"])
def test_coverage_that_cannot_be_understood_is_refused(alice: int, tmp_path: Path, document: bytes, way: str) -> None:
    members = {f"{FOLDER}/Insight_Coverage.json": document, f"{FOLDER}/{AUDIO}_2023_0.json": as_json(*JUNE_2023)}
    path = tmp_path / "own"
    if way == "zip":
        path = spotify_zip(tmp_path / "own.zip", members)
    else:
        (path / FOLDER).mkdir(parents=True)
        for name, content in members.items():
            (path / name).write_bytes(content)
    with pytest.raises(UnreadableExport, match=r"^Spotify Extended .*Insight_Coverage.json does not say what the exp"):
        import_files(alice, path)


def test_coverage_named_beside_loose_files_is_no_history(alice: int, tmp_path: Path) -> None:
    folder = written(tmp_path, {f"{AUDIO}_2023_0.json": JUNE_2023})
    (folder / "Insight_Coverage.json").write_text('{"covers": [], "extended": []}')
    report: Any = import_history(alice, sorted(folder.glob("*.json")), Silent())
    assert (report.rows, covered(alice)) == (2, [("2023-06-01", "2023-06-03")])


def test_only_extended_files_are_expected_to_confirm_collected_plays(alice: int, tmp_path: Path) -> None:
    listens(alice, datetime(2024, 4, 3, tzinfo=UTC), datetime(2024, 4, 4, tzinfo=UTC))
    import_files(
        alice, written(tmp_path, {"a/StreamingHistory_music_0.json": APRIL_2024, f"b/{AUDIO}_2023_0.json": JUNE_2023})
    )
    assert (covered(alice), unmatched(alice)) == (EXPORTS[:2], 0)


def test_the_same_export_again_covers_the_same(alice: int, own_export: Path) -> None:
    bob = seed.account("bob")
    first = import_files(bob, own_export)
    before = coverage_of(bob)
    import_files(bob, own_export)
    undo_import(first)
    assert coverage_of(bob) == before
    assert Span(november(10, 12), november(11)).within(before.exported[-1])
