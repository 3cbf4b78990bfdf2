"""An export fills a gap that collecting left, and undoing the import opens the gap again."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collect.exports.streaming_history import import_history, undo_import
from db.engine.connection import connected
from insights.plays.gaps import gaps
from tests.collect.export_files import extended_row, spotify_zip
from tests.collect.histories import Silent
from tests.insights.recording import collects, listens, misses, november
from tests.web import seed

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def alice(database_url: str) -> int:
    """An account with a play every hour, except for half of 10 November, which was lost."""
    account = seed.account()
    listens(account, november(1), november(10))
    listens(account, november(10, 12), november(20))
    misses(account, november(9, 23), november(10, 12))
    collects(account, NOW)
    return account


def row_at(moment: str) -> dict[str, object]:
    return extended_row(1, ts=moment, offline_timestamp=None)


def open_gaps(account: int) -> int:
    with connected():
        return sum(gap.closed_by is None for gap in gaps(account, NOW))


AROUND = [row_at("2026-11-08T00:30:00Z"), row_at("2026-11-12T00:30:00Z")]


def test_a_whole_export_around_a_gap_closes_it_until_it_is_undone(alice: int, tmp_path: Path) -> None:
    assert open_gaps(alice) == 1
    members = {
        "MyData/endsong_0.json": json.dumps(AROUND[:1]).encode(),
        "MyData/endsong_1.json": json.dumps(AROUND[1:]).encode(),
    }
    report = import_history(alice, [spotify_zip(tmp_path / "my_spotify_data.zip", members)], Silent())
    assert open_gaps(alice) == 0
    undo_import(report.import_id)
    assert open_gaps(alice) == 1


def test_loose_files_cover_only_their_own_time(alice: int, tmp_path: Path) -> None:
    for number, each in enumerate(AROUND):
        (tmp_path / f"endsong_{number}.json").write_text(json.dumps([each]))
    import_history(alice, sorted(tmp_path.glob("*.json")), Silent())
    assert open_gaps(alice) == 1


@pytest.mark.parametrize("name", ["Streaming_History_Video_2026.json", "StreamingHistory_podcast_0.json"])
def test_videos_and_podcasts_cover_no_time(alice: int, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(json.dumps(AROUND))
    import_history(alice, [tmp_path / name], Silent())
    assert open_gaps(alice) == 1
