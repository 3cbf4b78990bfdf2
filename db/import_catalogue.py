"""Save the music that staged rows name, before the plays that point at it.

Each statement is a transaction of its own, and the long ones come in portions: a collector that meets the same new
track waits for a portion, never for an import. What an import leaves here when it is stopped are names without plays.
"""

from db.connection import database, row

PORTION = 5_000
# Thousands of tracks, where there are hundreds of thousands of rows; of those a rough idea is enough.
MUSIC = """
    SET default_statistics_target = 10;
    ANALYZE staged;
    RESET default_statistics_target;
    CREATE TEMPORARY TABLE music AS
    SELECT uri, name, artist_or_show AS artist, album, max(played_at) AS last
    FROM staged WHERE kind = 'track' GROUP BY uri, name, artist_or_show, album;
    ANALYZE music;
"""
# Named artists that are not there, and for each name the one artist it means: see db/catalogue.py.
ARTISTS = """
    CREATE TEMPORARY TABLE artist_of AS
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
    CREATE TEMPORARY TABLE album_of AS
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
# A track is described by its newest row, in whatever order exports come, for titles change over the years; what the API
# has said of it is better still.
DESCRIBED = """
    CREATE TEMPORARY TABLE described AS
    WITH newest AS (
        SELECT DISTINCT ON (uri) uri, name, artist, album, last FROM music WHERE uri IS NOT NULL
        ORDER BY uri, last DESC, name DESC, artist DESC, album DESC
    )
    SELECT newest.uri, newest.name, artist, artist_of.artist_id, album_of.album_id, last,
           row_number() OVER (ORDER BY newest.uri) AS n
    FROM newest LEFT JOIN track ON track.uri = newest.uri
    LEFT JOIN artist_of ON artist_of.name = artist
    LEFT JOIN album_of ON album_of.artist_id = artist_of.artist_id AND album_of.name = album
    WHERE track.id IS NULL OR track.fetched_at IS NULL AND (track.named_at IS NULL OR
        (track.named_at, coalesce(track.name, ''), coalesce(track.artist_name, ''))
        < (last, coalesce(newest.name, ''), coalesce(artist, '')));
    ALTER TABLE described ADD PRIMARY KEY (n);
"""
SAVE_DESCRIBED = """
    WITH saved AS (
        INSERT INTO track (uri, name, artist_name, album_id, named_at)
        SELECT uri, name, artist, album_id, last FROM described WHERE n BETWEEN %(first)s AND %(last)s ORDER BY uri
        ON CONFLICT (uri) DO UPDATE SET name = coalesce(excluded.name, track.name),
            artist_name = coalesce(excluded.artist_name, track.artist_name),
            album_id = coalesce(excluded.album_id, track.album_id), named_at = excluded.named_at
            WHERE track.fetched_at IS NULL
        RETURNING id, uri
    )
    INSERT INTO track_artist SELECT id, 0, artist_id FROM saved JOIN described USING (uri) WHERE artist_id IS NOT NULL
    ON CONFLICT (track_id, position) DO UPDATE SET artist_id = excluded.artist_id
        WHERE track_artist.artist_id <> excluded.artist_id
"""
NAMED_TRACKS = """
    WITH named AS (
        INSERT INTO track (name, artist_name) SELECT DISTINCT name, artist FROM music
        WHERE uri IS NULL AND NOT EXISTS (SELECT FROM track WHERE uri IS NULL AND track.artist_name = artist
                                                              AND track.name = music.name)
        ORDER BY name, artist ON CONFLICT DO NOTHING RETURNING id, artist_name
    )
    INSERT INTO track_artist SELECT id, 0, artist_id FROM named JOIN artist_of ON artist_of.name = artist_name
    ON CONFLICT DO NOTHING
"""
NAMES = """
    INSERT INTO track_name
    SELECT DISTINCT track.id, artist, music.name FROM music JOIN track ON track.uri = music.uri
    WHERE artist IS NOT NULL AND music.name IS NOT NULL AND NOT EXISTS (
        SELECT FROM track_name WHERE track_id = track.id AND artist_name = artist AND track_name.name = music.name)
    ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING;

    INSERT INTO track_name
    SELECT track.id, artist_name, track.name FROM music
    JOIN track ON music.uri IS NULL AND track.uri IS NULL AND artist_name = artist AND track.name = music.name
    WHERE NOT EXISTS (SELECT FROM track_name WHERE track_id = track.id) ORDER BY 1 ON CONFLICT DO NOTHING;
"""
EPISODES = """
    INSERT INTO episode (kind, uri, name, show_name)
    SELECT DISTINCT ON (uri, CASE WHEN uri IS NULL THEN artist_or_show END, CASE WHEN uri IS NULL THEN name END)
        kind, uri, name, artist_or_show
    FROM staged WHERE kind <> 'track'
    ORDER BY uri, CASE WHEN uri IS NULL THEN artist_or_show END, CASE WHEN uri IS NULL THEN name END, played_at DESC
    ON CONFLICT DO NOTHING;
    ANALYZE track, episode;
"""


def save_staged_music() -> None:
    """Make artists, albums, tracks and episodes for everything staged; needs no transaction and makes several."""
    for statement in (MUSIC, ARTISTS, ALBUMS, DESCRIBED):
        database.execute_sql(statement)
    (described,) = row("SELECT count(*) FROM described") or (0,)
    for first in range(1, described + 1, PORTION):
        database.execute_sql(SAVE_DESCRIBED, {"first": first, "last": first + PORTION - 1})
    for statement in (NAMED_TRACKS, NAMES, EPISODES):
        database.execute_sql(statement)
