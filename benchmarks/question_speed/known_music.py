"""Traits of the music in the benchmark's instance: genres, years, sound and origins, made up from ids."""

from db.engine.connection import database

GENRES = 400
STATEMENTS = (
    f"INSERT INTO genre (name) SELECT 'genre-' || number FROM generate_series(1, {GENRES}) AS number",
    # Nine artists in ten have three genres; few genres have most of the artists.
    f"""INSERT INTO track_genre (track_id, genre_id, share, level, source)
        SELECT track_id, genre_id, (ARRAY[0.5, 0.3, 0.2])[place], 'artist', 'listenbrainz' FROM (
            SELECT track_id, genre.id AS genre_id, place
            FROM (SELECT track_id, min(artist_id) AS artist_id FROM account_track GROUP BY track_id) own
            CROSS JOIN generate_series(1, 3) AS place
            JOIN genre ON genre.name = 'genre-' || (1 + (artist_id * place * 7919 %% {GENRES}) ^ 2 / {GENRES})::int
            WHERE artist_id %% 10 > 0
        ) chosen ON CONFLICT DO NOTHING""",
    """INSERT INTO track_year (track_id, year, precision, source)
       SELECT id, 1960 + (id * 31 %% 65)::int, 'year', CASE id %% 3 WHEN 0 THEN 'spotify' ELSE 'musicbrainz' END
       FROM track WHERE id %% 12 > 0""",
    """INSERT INTO track_sound
           (track_id, energy, valence, danceability, acousticness, tempo, source, fetched_at)
       SELECT id, id %% 100 / 100.0, id %% 97 / 97.0, id %% 89 / 89.0, id %% 83 / 83.0, 60 + id %% 120, 'reccobeats',
              now()
       FROM track WHERE id %% 10 > 1""",
    """INSERT INTO artist_origin (artist_id, country, area, source)
       SELECT id, (ARRAY['BR', 'DE', 'FR', 'GB', 'JP', 'KR', 'NG', 'SE', 'US'])[1 + id %% 9], 'Somewhere', 'musicbrainz'
       FROM artist WHERE id %% 10 > 0""",
)
MOST_HEARD = """
    SELECT genre.name FROM track_in_period JOIN track_genre USING (track_id) JOIN genre ON genre.id = genre_id
    WHERE account_id = %s GROUP BY 1 ORDER BY sum(plays * share) DESC LIMIT 1
"""


def know_music() -> None:
    for statement in STATEMENTS:
        database.execute_sql(statement)
