"""A database that 0.1.0 made is brought up to date: nothing is lost, and nothing is misunderstood."""

import json
from pathlib import Path

import pytest
from playhouse.migrations import Runner

from collect.exports.streaming_history import import_history, undo_import
from db.engine.connection import connected, database, open_database, row, rows
from db.imports.imports import NoSuchImport
from db.plays.matching import settle_by_todays_rules
from db.startup.migrate import DIRECTORY, migrate
from tests.collect.export_files import extended_row
from tests.collect.histories import Silent
from tests.web import seed

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

ENDED_IN_0_5 = """
    INSERT INTO account (username, authorised_at, consent_ended_at, refresh_token, spotify_account_id) VALUES
        ('alice', now() - interval '20 days', now() - interval '6 days', 'sealed', 'al'),
        ('bob', now() - interval '20 days', NULL, 'sealed', 'acc-1')
    RETURNING id
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
        "0007_consent",
        "0008_other_trackers",
        "0009_coverage_of_each_export",
        "0010_names_of_an_account",
        "0011_tracks_by_name",
        "0012_one_count_for_all_processes",
        "0013_many_in_one_second",
        "0014_plays_of_a_track",
        "0015_imports_in_the_browser",
        "0016_language_of_an_account",
        "0017_weekly_and_monthly_lists",
        "0018_live_collecting",
        "0019_playlists_and_library",
        "0020_plays_from_players",
        "0021_genres_and_origins",
        "0022_report_views",
        "0023_webhooks",
        "0024_collecting_shared_out",
        "0025_joined_sums",
    ]
    return empty_database


def write(folder: Path, *changes: tuple[int, dict[str, object]]) -> Path:
    path = folder / "endsong_0.json"
    path.write_text(json.dumps([extended_row(n, offline_timestamp=None, **other) for n, other in changes]))
    return path


def test_existing_plays_still_count(upgraded: str) -> None:
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


def test_plays_that_older_rules_counted_twice_count_once_within_an_hour(upgraded: str) -> None:
    """A play that was renamed between two exports: 0.1.0 knew nothing of that."""
    with connected():
        for name in ("Song", "Song - Remastered"):
            track = seed.track(uri=None, name=name, artist_name="The Lanterns")
            seed.play(1, track, "2023-06-01 00:00Z", source="account", ms_played=201_333)
            seed.insert("import", account_id=1)
            (number,) = row("SELECT max(id) FROM import") or (0,)
            plays = row("SELECT int8multirange(int8range(max(id), max(id), '[]')) FROM play") or ("",)
            seed.insert("import_export", account_id=1, import_id=number, export_no=1, plays=plays[0])
        assert row("SELECT count(*) FROM counted_play") == (6,)
        assert settle_by_todays_rules(1)
        assert row("SELECT count(*) FROM counted_play") == (5,)
        assert not settle_by_todays_rules(1)


def test_the_same_export_again_adds_nothing(upgraded: str, tmp_path: Path) -> None:
    """Reports are recognised by what they say, whichever version stored them."""
    path = write(tmp_path, (1, {}), (1, {"reason_end": "endplay"}), (2, {}))
    assert import_history(1, [path], Silent()).fates["identical"] == 3


def test_undoing_a_newer_import_keeps_the_older_ones_plays(upgraded: str, tmp_path: Path) -> None:
    report = import_history(1, [write(tmp_path, (1, {}), (3, {}))], Silent())
    assert (report.fates["identical"], report.fates["new"]) == (1, 1)
    undo_import(report.import_id)
    with connected():
        assert row("SELECT count(*) FROM counted_play") == (4,)


def test_an_import_without_a_record_of_shared_plays_cannot_be_undone(upgraded: str) -> None:
    with pytest.raises(NoSuchImport, match="Import 1 cannot be undone: the version that made it did not keep"):
        undo_import(1)


# As 0.5.0 stored a folder that holds exports of two years, our own export, an export with a silence, and loose files:
# each covers from its first row to its last, but for the loose ones.
TOO_MUCH = """
    INSERT INTO account (username) VALUES ('alice');
    INSERT INTO track (uri) VALUES ('spotify:track:0000000000000000000001');
    INSERT INTO play (account_id, played_at, track_id, source, digest)
        SELECT 1, at, 1, source, n FROM (VALUES
            (1, timestamptz '2019-05-01Z', 'extended'), (2, '2019-06-01Z', 'extended'), (3, '2022-05-01Z', 'account'),
            (4, '2023-01-01Z', 'extended'), (5, '2023-02-01Z', 'extended'), (6, '2023-03-01Z', 'recent'),
            (7, '2023-03-02Z', 'recent'), (8, '2012-01-01Z', 'extended'), (9, '2014-01-01Z', 'extended'),
            (10, '2016-01-01Z', 'extended'), (11, '2016-01-20Z', 'extended')) AS play (n, at, source) ORDER BY n;
    INSERT INTO import (account_id, finished_at, files) SELECT 1, now(), files::jsonb FROM (VALUES
        (1, '[{"name": "a/endsong_0.json", "export_no": 1}, {"name": "b/endsong_0.json", "export_no": 1}]'),
        (2, '[{"name": "Streaming_History_Audio_2023-2023_0.json", "export_no": 1}]'),
        (3, '[{"name": "endsong_0.json", "export_no": 1}, {"name": "endsong_1.json", "export_no": 1}]'),
        (4, '[{"name": "endsong_0.json", "export_no": 0}, {"name": "endsong_0.json", "export_no": 0}]')
        ) AS import (n, files) ORDER BY n;
    INSERT INTO import_export VALUES
        (1, 1, 1, '{[1,3]}', '{[2019-05-01Z,2022-05-01Z]}'), (1, 2, 1, '{[4,7]}', '{[2023-01-01Z,2023-03-02Z]}'),
        (1, 3, 1, '{[8,9]}', '{[2012-01-01Z,2014-01-01Z]}'),
        (1, 4, 0, '{[10,11]}', '{[2016-01-01Z,2016-01-01Z],[2016-01-20Z,2016-01-20Z]}');
    SELECT 1;
"""
COVERS = """
    SELECT import_id, array_agg(DISTINCT lower(part)::date || ' ' || upper(part)::date ORDER BY
               lower(part)::date || ' ' || upper(part)::date), bool_and(extended_covers = covers)
    FROM import_export CROSS JOIN LATERAL unnest(covers) AS part GROUP BY import_id ORDER BY import_id
"""


def test_an_import_no_longer_covers_gaps_between_exports_or_collected_plays(empty_database: str) -> None:
    open_database(empty_database)
    with connected():
        Runner(database.obj, str(DIRECTORY)).up("0006_recommendations")
        rows(TOO_MUCH)
    migrate()
    with connected():
        assert rows(COVERS) == [
            (1, ["2019-05-01 2019-06-01", "2022-05-01 2022-05-01"], True),
            (2, ["2023-01-01 2023-02-01"], True),
            (3, ["2012-01-01 2014-01-01"], True),
            (4, ["2016-01-01 2016-01-01", "2016-01-20 2016-01-20"], True),
        ]


def test_a_deletion_whose_date_was_not_announced_starts_over(empty_database: str) -> None:
    """0.5.0 said the date by NOTIFY_URLS only."""
    open_database(empty_database)
    before = [path.stem for path in sorted(DIRECTORY.glob("0*.py")) if path.stem < "0007"]
    with connected():
        assert Runner(database.obj, str(DIRECTORY)).up(before[-1]) == before
        rows(ENDED_IN_0_5)
    migrate()
    with connected():
        assert rows("SELECT username, consent_ended_at > now() - interval '1 hour', consent_refused_at, "
                    "spotify_account_id, spotify_id FROM account ORDER BY 1") == [
            ("alice", True, None, "al", None), ("bob", None, None, "acc-1", None)
        ]  # fmt: skip
