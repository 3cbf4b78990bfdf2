"""A database that 0.1.0 made, brought up to date: nothing is lost, nothing is taken for what it is not."""

import json
from pathlib import Path

import pytest
from playhouse.migrations import Runner

from collect.streaming_history import import_history, undo_import
from db.connection import connected, database, open_database, row, rows
from db.imports import NoSuchImport
from db.migrate import DIRECTORY, migrate
from tests.collect.exports import extended_row
from tests.collect.histories import Silent

# As 0.1.0 stored an export of three rows (two of them one track looped, with another end), a poll and its fate.
OLD = """
    INSERT INTO account (username, data_version) VALUES ('alice', 7);
    INSERT INTO account_time_zone (account_id, time_zone) VALUES (1, 'UTC');
    INSERT INTO artist (name) VALUES ('The Lanterns');
    INSERT INTO album (name, artist_id) VALUES ('Tidewater', 1);
    INSERT INTO track (uri, name, artist_name, album_id)
        SELECT 'spotify:track:' || lpad(n::text, 22, '0'), 'Glass Harbour, part ' || n, 'The Lanterns', 1
        FROM generate_series(1, 2) n ORDER BY n;
    INSERT INTO track_artist SELECT id, 0, 1 FROM track;
    INSERT INTO import (account_id, finished_at, files) VALUES (1, now(), '[{"name": "endsong_0.json", "rows": 3,
        "fates": {"new": 3}}]');
    INSERT INTO play (account_id, import_id, played_at, track_id, ms_played, source, occurrence, reason_start,
                      reason_end, shuffle, skipped, offline, incognito, platform, country)
    SELECT 1, 1, timestamptz '2023-05-01 00:00:00Z' + n * interval '1 s', n, 201000 + n, 'extended', o, 'trackdone', e,
           true, false, false, false, 'ios', 'DE'
    FROM (VALUES (1, 0, 'trackdone'), (1, 1, 'endplay'), (2, 0, 'trackdone')) AS old (n, o, e);
    INSERT INTO play (account_id, played_at, track_id, source) VALUES (1, '2023-05-02 00:00:00.5Z', 2, 'recent');
    SELECT 1;
"""


@pytest.fixture
def upgraded(empty_database: str) -> str:
    open_database(empty_database)
    with connected():
        assert Runner(database.obj, str(DIRECTORY)).up("0001_first_tables") == ["0001_first_tables"]
        rows(OLD)
    assert migrate() == [
        "0002_every_play_once",
        "0003_questions",
        "0004_summed_periods",
        "0005_access",
        "0006_recommendations",
        "0010_names_of_an_account",
    ]
    return empty_database


def write(folder: Path, *changes: tuple[int, dict[str, object]]) -> Path:
    path = folder / "endsong_0.json"
    path.write_text(json.dumps([extended_row(n, offline_timestamp=None, **other) for n, other in changes]))
    return path


def test_what_was_there_counts_as_before(upgraded: str) -> None:
    with connected():
        assert rows("SELECT source, count(*) FROM counted_play GROUP BY 1 ORDER BY 1") == [
            ("extended", 3),
            ("recent", 1),
        ]
        assert rows("SELECT collected, count(*) FROM play GROUP BY 1 ORDER BY 1") == [(False, 3), (True, 1)]
        assert row("SELECT data_version FROM account_version") == (9,)
        assert rows("SELECT name FROM account_track ORDER BY 1") == [
            ("Glass Harbour, part 1",),
            ("Glass Harbour, part 2",),
        ]


def test_the_same_export_again_adds_nothing(upgraded: str, tmp_path: Path) -> None:
    """Reports are recognised by what they say, whichever version stored them."""
    path = write(tmp_path, (1, {}), (1, {"reason_end": "endplay"}), (2, {}))
    assert import_history(1, [path], Silent()).fates["identical"] == 3


def test_a_newer_import_is_undone_and_leaves_the_old_ones_plays(upgraded: str, tmp_path: Path) -> None:
    report = import_history(1, [write(tmp_path, (1, {}), (3, {}))], Silent())
    assert (report.fates["identical"], report.fates["new"]) == (1, 1)
    undo_import(report.import_id)
    with connected():
        assert row("SELECT count(*) FROM counted_play") == (4,)


def test_an_import_whose_shares_were_not_kept_is_not_undone(upgraded: str) -> None:
    with pytest.raises(NoSuchImport, match="Import 1 cannot be undone: the version that made it did not keep"):
        undo_import(1)
