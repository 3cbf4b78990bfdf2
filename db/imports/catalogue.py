"""Save the music that staged rows name, before the plays that refer to it.

Only a track's URI is shared by all accounts; the names that this import gives it belong to the account, and are stored
with the import (`save_reported_names`). Each statement is its own transaction, and long ones run in portions: a
collector that has the same new track waits for a portion, never for the whole import. An interrupted import leaves
names without plays.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from psycopg2.extras import Json

from db.engine.connection import database, row, rows
from db.library.keys import keys_of
from music import Track

PORTION = 5_000
# Hundreds of thousands of rows name only thousands of tracks; rough statistics of the rows are enough. A row dated in
# the future must not determine names forever.
MUSIC = """
    SET default_statistics_target = 10;
    ANALYZE staged;
    RESET default_statistics_target;
    CREATE TEMPORARY TABLE music AS
    SELECT export_no, uri, name, artist_or_show AS artist, album,
           coalesce(max(played_at) FILTER (WHERE played_at < now() + interval '1 day'), '-infinity') AS last
    FROM staged WHERE kind = 'track' GROUP BY export_no, uri, name, artist_or_show, album;
    ANALYZE music;
    CREATE TEMPORARY TABLE spoken AS
    SELECT export_no, kind, uri, name, artist_or_show AS show,
           coalesce(max(played_at) FILTER (WHERE played_at < now() + interval '1 day'), '-infinity') AS last
    FROM staged WHERE kind <> 'track' GROUP BY export_no, kind, uri, name, artist_or_show;
"""
# By exact names, because exports have no ids. db/library/contents.py decides for each account which spellings, and
# which artists on Spotify, are the same.
NAMED = """
    INSERT INTO artist (name) SELECT DISTINCT artist FROM music
    LEFT JOIN artist known ON known.name = artist AND known.spotify_id IS NULL
    WHERE artist IS NOT NULL AND known.id IS NULL
    ORDER BY artist ON CONFLICT (name) WHERE spotify_id IS NULL DO NOTHING;

    INSERT INTO album (artist_id, name)
    SELECT DISTINCT artist.id, album FROM music JOIN artist ON artist.name = music.artist AND spotify_id IS NULL
    LEFT JOIN album known ON known.artist_id = artist.id AND known.name = album AND known.spotify_id IS NULL
    WHERE album IS NOT NULL AND known.id IS NULL
    ORDER BY 1, 2 ON CONFLICT (artist_id, name) WHERE spotify_id IS NULL DO NOTHING;
"""
NEW_URIS = """
    CREATE TEMPORARY TABLE new_uri AS
    SELECT uri, row_number() OVER (ORDER BY uri) AS n FROM (
        SELECT DISTINCT music.uri FROM music LEFT JOIN track ON track.uri = music.uri
        WHERE music.uri IS NOT NULL AND track.id IS NULL
    ) missing;
    ALTER TABLE new_uri ADD PRIMARY KEY (n);
"""
SAVE_URIS = """
    INSERT INTO track (uri) SELECT uri FROM new_uri WHERE n BETWEEN %(first)s AND %(last)s ORDER BY uri
    ON CONFLICT (uri) DO NOTHING
"""
NAMED_TRACKS = """
    INSERT INTO track (name, artist_name) SELECT DISTINCT music.name, artist FROM music
    LEFT JOIN track known ON known.uri IS NULL AND known.artist_name = artist AND known.name = music.name
    WHERE music.uri IS NULL AND known.id IS NULL
    ORDER BY music.name, artist ON CONFLICT DO NOTHING
"""
EPISODES = """
    INSERT INTO episode (kind, uri, name, show_name)
    SELECT DISTINCT ON (uri, CASE WHEN uri IS NULL THEN show END, CASE WHEN uri IS NULL THEN name END)
        kind, uri, CASE WHEN uri IS NULL THEN name END, CASE WHEN uri IS NULL THEN show END
    FROM spoken
    ORDER BY uri, CASE WHEN uri IS NULL THEN show END, CASE WHEN uri IS NULL THEN name END, kind
    ON CONFLICT DO NOTHING
"""
# A separate statement: Citus analyses on every node, where the new rows must be visible.
ANALYZE = "ANALYZE track, episode"

SPELLINGS = "SELECT name FROM music WHERE name IS NOT NULL UNION SELECT artist FROM music WHERE artist IS NOT NULL"
KEYED = """
    CREATE TEMPORARY TABLE spelling AS
    SELECT * FROM unnest(%s::text[], %s::text[]) AS spelling (name, key);
    ANALYZE spelling;
"""
FACTS = """
    CREATE TEMPORARY TABLE own_facts AS
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::jsonb[]) AS own_facts (uri, artist, name, facts)
"""
BY_URI = " JOIN track ON track.uri = music.uri LEFT JOIN own_facts ON own_facts.uri = music.uri"
BY_NAMES = """
    JOIN track ON music.uri IS NULL AND track.uri IS NULL AND track.artist_name = artist AND track.name = music.name
    LEFT JOIN own_facts ON own_facts.uri IS NULL AND own_facts.artist = music.artist AND own_facts.name = music.name
"""
REPORTED = """
    INSERT INTO reported_track (account_id, import_id, export_no, track_id, name, artist_name, album_name,
                                last_played_at, facts, title_key, artist_key)
    SELECT %(account)s, %(import)s, export_no, track.id, music.name, music.artist, album, last, facts,
           coalesce(title.key, ''), coalesce(credit.key, '')
    FROM music {joined}
    LEFT JOIN spelling title ON title.name = music.name LEFT JOIN spelling credit ON credit.name = music.artist
"""
REPORTED_SPOKEN = """
    INSERT INTO reported_episode (account_id, import_id, export_no, episode_id, name, show_name, last_played_at)
    SELECT %(account)s, %(import)s, export_no, episode.id, spoken.name, show, last
    FROM spoken JOIN episode ON episode.uri = spoken.uri
        OR spoken.uri IS NULL AND episode.uri IS NULL AND episode.show_name = show AND episode.name = spoken.name
"""
# The same export again: copy the names that it reported before.
AGAIN = """
    INSERT INTO {table} (account_id, import_id, export_no, {columns})
    SELECT account_id, %(import)s, %(export_no)s, {columns} FROM {table}
    WHERE account_id = %(account)s AND import_id = %(known_import)s AND export_no = %(known_export)s
"""
TRACK_COLUMNS = "track_id, name, artist_name, album_name, last_played_at, facts, title_key, artist_key"
EPISODE_COLUMNS = "episode_id, name, show_name, last_played_at"
OF_IMPORT = "SELECT DISTINCT track_id FROM reported_track WHERE account_id = %s AND import_id = %s"


def save_staged_music(facts: Iterable[Track] = ()) -> None:
    """Create artists, albums, tracks and episodes for all staged rows, in several transactions of its own.

    `facts` are Spotify's descriptions of tracks in our own export.
    """
    for statement in (MUSIC, NAMED, NEW_URIS):
        database.execute_sql(statement)
    (count,) = row("SELECT count(*) FROM new_uri") or (0,)
    for first in range(1, count + 1, PORTION):
        database.execute_sql(SAVE_URIS, {"first": first, "last": first + PORTION - 1})
    for statement in (NAMED_TRACKS, EPISODES, ANALYZE):
        database.execute_sql(statement)
    spellings = [name for (name,) in rows(SPELLINGS)]
    database.execute_sql(KEYED, (spellings, keys_of(spellings)))
    database.execute_sql(FACTS, [list(column) for column in zip(*_facts(facts), strict=True)] or [[], [], [], []])


def _facts(tracks: Iterable[Track]) -> Iterator[tuple[Any, ...]]:
    for track in tracks:
        credit = track.artists[0].name if track.artists else None
        key = (None, credit, track.name) if track.uri is None else (track.uri, None, None)
        yield *key, Json(facts_of(track))


def facts_of(track: Track) -> dict[str, Any]:
    """What `reported_track.facts` contains of a track."""
    album = track.album
    return {
        "name": track.name,
        "duration_ms": track.duration_ms,
        "isrc": track.isrc,
        "artists": [{"name": artist.name, "spotify_id": artist.spotify_id} for artist in track.artists],
        "album": album
        and {
            "name": album.name,
            "spotify_id": album.spotify_id,
            "release_date": album.release_date,
            "image_url": album.image_url,
            "artists": [{"name": artist.name, "spotify_id": artist.spotify_id} for artist in album.artists],
        },
    }


def save_reported_names(account_id: int, import_id: int) -> None:
    """Store the names that this import gives its music, in the transaction that stores its plays."""
    values = {"account": account_id, "import": import_id}
    for statement in (REPORTED.format(joined=BY_URI), REPORTED.format(joined=BY_NAMES), REPORTED_SPOKEN):
        database.execute_sql(statement, values)


def repeat_reported_names(account_id: int, import_id: int, export_no: int, original: tuple[int, int]) -> None:
    """Store that this import reports the same names as the export `original` (import, number)."""
    values = {"account": account_id, "import": import_id, "export_no": export_no,
              "known_import": original[0], "known_export": original[1]}  # fmt: skip
    for table, columns in (("reported_track", TRACK_COLUMNS), ("reported_episode", EPISODE_COLUMNS)):
        database.execute_sql(AGAIN.format(table=table, columns=columns), values)


def tracks_named_by(account_id: int, import_id: int) -> list[int]:
    """The tracks that an import names."""
    return [track_id for (track_id,) in rows(OF_IMPORT, account_id, import_id)]
