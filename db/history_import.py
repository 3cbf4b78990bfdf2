"""Turn staged rows of streaming history into plays, in one transaction and a handful of set-based statements.

Identity (CONTRIBUTING.md has the rule in full): rows of one export with the same digest are one row. Rows that
differ and yet agree in time, item and milliseconds are that many plays, told apart by `occurrence`; exports of one
account hold each play as often as the export that has it most.
"""

from collections.abc import Sequence
from typing import Any

from psycopg2.extras import Json

from db.connection import database, row, rows

# Sorting hundreds of thousands of rows in the default 4 MB would go through files; a rough idea of the rows is enough.
PREPARE = "SET LOCAL work_mem = '64MB'; SET LOCAL default_statistics_target = 10; ANALYZE staged"
# Thousands of tracks, where there are hundreds of thousands of rows.
MUSIC = """
    CREATE TEMPORARY TABLE music ON COMMIT DROP AS
    SELECT uri, name, artist_or_show AS artist, album, max(played_at) AS last
    FROM staged WHERE kind = 'track' GROUP BY uri, name, artist_or_show, album;
    ANALYZE music;
"""
# Named artists that are not there, and for each name the one artist it means: see db/catalogue.py.
ARTISTS = """
    CREATE TEMPORARY TABLE artist_of ON COMMIT DROP AS
    SELECT named.name, coalesce(min(artist.id) FILTER (WHERE artist.spotify_id IS NULL),
                                CASE WHEN count(artist.id) = 1 THEN min(artist.id) END) AS artist_id
    FROM (SELECT DISTINCT artist AS name FROM music WHERE artist IS NOT NULL) named
    LEFT JOIN artist ON artist.name = named.name GROUP BY named.name;

    INSERT INTO artist (name) SELECT name FROM artist_of WHERE artist_id IS NULL ORDER BY name
    ON CONFLICT (name) WHERE spotify_id IS NULL DO NOTHING;

    UPDATE artist_of SET artist_id = artist.id FROM artist
    WHERE artist_of.artist_id IS NULL AND artist.name = artist_of.name AND artist.spotify_id IS NULL;
    ANALYZE artist_of;
"""
ALBUMS = """
    CREATE TEMPORARY TABLE album_of ON COMMIT DROP AS
    SELECT named.artist_id, named.name, coalesce(min(album.id) FILTER (WHERE album.spotify_id IS NULL),
        CASE WHEN count(album.id) = 1 THEN min(album.id) END) AS album_id
    FROM (SELECT DISTINCT artist_id, album AS name FROM music JOIN artist_of ON artist_of.name = artist
          WHERE album IS NOT NULL) named
    LEFT JOIN album ON album.artist_id = named.artist_id AND album.name = named.name
    GROUP BY named.artist_id, named.name;

    INSERT INTO album (artist_id, name) SELECT artist_id, name FROM album_of WHERE album_id IS NULL
    ORDER BY artist_id, name ON CONFLICT (artist_id, name) WHERE spotify_id IS NULL DO NOTHING;

    UPDATE album_of SET album_id = album.id FROM album
    WHERE album_of.album_id IS NULL AND album.artist_id = album_of.artist_id AND album.name = album_of.name
      AND album.spotify_id IS NULL;
    ANALYZE album_of;
"""
# A track is described by its newest row: titles change over the years.
TRACKS = """
    CREATE TEMPORARY TABLE new_track ON COMMIT DROP AS
    WITH described AS (
        SELECT DISTINCT ON (uri, CASE WHEN uri IS NULL THEN artist END, CASE WHEN uri IS NULL THEN name END)
            uri, name, artist, album
        FROM music
        ORDER BY uri, CASE WHEN uri IS NULL THEN artist END, CASE WHEN uri IS NULL THEN name END,
            last DESC, name, artist, album
    ), added AS (
        INSERT INTO track (uri, name, artist_name, album_id)
        SELECT described.uri, described.name, artist, album_id
        FROM described LEFT JOIN artist_of ON artist_of.name = artist
        LEFT JOIN album_of ON album_of.artist_id = artist_of.artist_id AND album_of.name = album
        ON CONFLICT DO NOTHING RETURNING id, artist_name
    )
    SELECT id, artist_name FROM added;

    INSERT INTO track_artist SELECT id, 0, artist_id FROM new_track JOIN artist_of ON artist_of.name = artist_name
    ON CONFLICT DO NOTHING;
    ANALYZE track;
"""
EPISODES = """
    INSERT INTO episode (kind, uri, name, show_name)
    SELECT DISTINCT ON (uri, CASE WHEN uri IS NULL THEN artist_or_show END, CASE WHEN uri IS NULL THEN name END)
        kind, uri, name, artist_or_show
    FROM staged WHERE kind <> 'track'
    ORDER BY uri, CASE WHEN uri IS NULL THEN artist_or_show END, CASE WHEN uri IS NULL THEN name END, played_at DESC
    ON CONFLICT DO NOTHING
"""
# One line for every row: what it is a report of, which of its twins it is, and so what becomes of it.
FATES = """
    CREATE TEMPORARY TABLE candidate ON COMMIT DROP AS
    WITH resolved AS (
        SELECT staged.*, coalesce(by_uri.id, by_name.id) AS track_id,
            coalesce(heard.id, heard_by_name.id) AS episode_id,
            -- A track cannot be loaded after it ended: what says so is a clock that was wrong.
            CASE WHEN to_timestamp(loaded_ms / 1000.0) <= played_at
                THEN to_timestamp(loaded_ms / 1000.0) END AS started_at
        FROM staged
        LEFT JOIN track by_uri ON kind = 'track' AND by_uri.uri = staged.uri
        LEFT JOIN track by_name ON kind = 'track' AND staged.uri IS NULL AND by_name.uri IS NULL
            AND by_name.artist_name = artist_or_show AND by_name.name = staged.name
        LEFT JOIN episode heard ON staged.kind <> 'track' AND heard.uri = staged.uri
        LEFT JOIN episode heard_by_name ON staged.kind <> 'track' AND staged.uri IS NULL AND heard_by_name.uri IS NULL
            AND heard_by_name.show_name = artist_or_show AND heard_by_name.name = staged.name
    ), twins AS (
        SELECT *, row_number() OVER (PARTITION BY played_at, track_id, episode_id, source, ms_played, export_no, digest
                                     ORDER BY file_no, row_no) AS copy_no
        FROM resolved
    ), counted AS (
        SELECT *, CASE WHEN copy_no = 1 THEN
            row_number() OVER (PARTITION BY played_at, track_id, episode_id, source, ms_played, export_no, copy_no = 1
                               ORDER BY file_no, row_no) - 1 END AS occurrence
        FROM twins
    ), chosen AS (
        SELECT *, row_number() OVER (PARTITION BY played_at, track_id, episode_id, source, ms_played, occurrence
                                     ORDER BY export_no, file_no, row_no) AS report_no
        FROM counted
    )
    SELECT chosen.*, CASE
        WHEN kind <> 'track' AND copy_no = 1 THEN 'not_music'
        WHEN copy_no > 1 OR report_no > 1 OR play.id IS NOT NULL THEN 'identical' ELSE 'new' END AS fate,
        copy_no = 1 AND report_no = 1 AND play.id IS NULL AS stored
    FROM chosen LEFT JOIN play ON play.account_id = %(account)s AND play.played_at = chosen.played_at
        AND play.track_id IS NOT DISTINCT FROM chosen.track_id AND play.source = chosen.source
        AND play.ms_played = chosen.ms_played AND play.occurrence = chosen.occurrence
        AND play.episode_id IS NOT DISTINCT FROM chosen.episode_id
"""
PLAYS = """
    INSERT INTO play (account_id, import_id, played_at, started_at, track_id, episode_id, ms_played, source, occurrence,
                      reason_start, reason_end, shuffle, skipped, offline, incognito, platform, country)
    SELECT %(account)s, %(import)s, played_at, started_at, track_id, episode_id, ms_played, source, occurrence,
           reason_start, reason_end, shuffle, skipped, offline, incognito, platform, country
    FROM candidate WHERE stored ORDER BY played_at, file_no, row_no
"""


def start_import(account_id: int) -> int:
    (import_id,) = row("INSERT INTO import (account_id) VALUES (%s) RETURNING id", account_id) or (0,)
    return int(import_id)


def store_staged(account_id: int, import_id: int) -> list[tuple[int, str, int]]:
    """Store what is staged; returns (file number, fate, rows) for every fate that a file's rows had."""
    for statement in (PREPARE, MUSIC, ARTISTS, ALBUMS, TRACKS, EPISODES):
        database.execute_sql(statement)
    values = {"account": account_id, "import": import_id}
    database.execute_sql(FATES, values)
    database.execute_sql(PLAYS, values)
    return [
        (file_no, fate, count)
        for file_no, fate, count in rows("SELECT file_no, fate, count(*) FROM candidate GROUP BY 1, 2 ORDER BY 1, 2")
    ]


def finish_import(account_id: int, import_id: int, files: Sequence[dict[str, Any]]) -> None:
    database.execute_sql(
        "UPDATE import SET finished_at = clock_timestamp(), files = %s WHERE account_id = %s AND id = %s",
        (Json(list(files)), account_id, import_id),
    )
