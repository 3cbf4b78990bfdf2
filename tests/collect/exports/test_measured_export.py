"""The oddities that were measured in a real export come out right: nothing lost, nothing twice."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collect.exports.streaming_history import import_history
from db.engine.connection import connected, row, rows
from db.people.accounts import ensure_accounts
from people.accounts import account_named
from tests.collect import measured
from tests.collect.export_files import as_json
from tests.collect.histories import Silent

pytestmark = pytest.mark.programs


def somebody(name: str) -> int:
    with connected():
        ensure_accounts([name], "UTC")
        return account_named(name).id


def test_a_real_exports_oddities_come_out_right(database_url: str, tmp_path: Path) -> None:
    written = measured.measured_rows()
    music = [row for row in written if row["spotify_track_uri"]]
    alice = somebody("alice")
    report = import_history(alice, [measured.write_measured_zip(tmp_path / "my_spotify_data.zip", written)], Silent())
    assert {fate: count for fate, count in report.fates.items() if count} == {
        "new": measured.ROWS - measured.NOT_TRACKS - measured.BYTE_IDENTICAL,
        "identical": measured.BYTE_IDENTICAL,
        "not_music": measured.NOT_TRACKS,
    }
    assert (report.rows, len(report.files)) == (measured.ROWS, measured.FILES)
    video = next(file for file in report.files if "Video" in file.name)
    assert (video.rows, video.fates["not_music"]) == (measured.VIDEOS, measured.VIDEOS - measured.VIDEOS_OF_MUSIC)
    with connected():
        keys = row("""SELECT count(*), sum(plays - 1) FROM (SELECT count(*) AS plays FROM counted_play
                      WHERE track_id IS NOT NULL GROUP BY played_at, track_id HAVING count(*) > 1) repeated""")
        assert keys == (measured.REPEATED_KEYS, measured.REPEATED_PLAYS)
        started = rows("SELECT DISTINCT played_at - started_at FROM counted_play WHERE track_id IS NOT NULL")
        assert {when.total_seconds() for (when,) in started} == {200}, "seconds and milliseconds alike"
        counted = row("""SELECT count(DISTINCT track_id), count(*) FILTER (WHERE offline IS NULL),
                         count(*) FILTER (WHERE incognito) FROM counted_play WHERE track_id IS NOT NULL""")
    assert counted == (measured.URIS, *_unknown_and_private(music))


def _unknown_and_private(music: list[dict[str, object]]) -> tuple[int, int]:
    """Each play once: the rows that are equal but for their address count once."""
    plays = {as_json({**row, "ip_addr": None}): row for row in music}.values()
    return sum(row["offline"] is None for row in plays), sum(bool(row["incognito_mode"]) for row in plays)


def test_account_data_of_the_same_year_agrees_row_for_row(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """24,465 of 24,502 rows agreed with the extended export in minute, names and milliseconds, 37 with none.

    Except in the nightly run, this imports a tenth of the rows, of which as many disagree.
    """
    alice = somebody("alice")
    count = 24_502 if request.config.getoption("nightly") else 2_450
    plays = [row for row in measured.measured_rows() if row["spotify_track_uri"] and row["ms_played"]]
    minutes = {(row["ts"][:16], row["spotify_track_uri"], row["ms_played"]): row for row in plays}
    year = list(minutes.values())[:count]
    account = [
        {
            "endTime": f"{datetime.fromisoformat(row['ts']).astimezone(UTC):%Y-%m-%d %H:%M}",
            "artistName": row["master_metadata_album_artist_name"],
            "trackName": row["master_metadata_track_name"],
            "msPlayed": row["ms_played"] + (1_000_000 if number < 37 else 0),
        }
        for number, row in enumerate(year)
    ]
    (tmp_path / "StreamingHistory_music_0.json").write_bytes(as_json(*account))
    (tmp_path / "endsong_0.json").write_bytes(as_json(*year))
    first = import_history(alice, [tmp_path / "StreamingHistory_music_0.json"], Silent())
    second = import_history(alice, [tmp_path / "endsong_0.json"], Silent())
    assert Counter(first.fates) == Counter(new=count) | Counter(dict.fromkeys(first.fates, 0))
    assert (second.fates["better"], second.fates["new"]) == (count - 37, 37)
    with connected():
        assert row("SELECT count(*) FROM counted_play") == (count + 37,)
