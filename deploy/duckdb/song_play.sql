-- The plays of 30 seconds and more of songs whose names others may see, each listener's in order. All versions of a
-- recording are one song, which is named by its first track, on Spotify if possible. `stretch` counts the pauses of
-- half an hour before a play. Plain SQL, which DuckDB, Spark and PostgreSQL all run.
WITH heard AS (
    SELECT play.account_id, play.track_id, play.ended_ms, track.song, track.on_spotify
    FROM play JOIN track ON track.track_id = play.track_id
    WHERE coalesce(play.ms_played, 30000) >= 30000
), placed AS (
    SELECT account_id,
           first_value(track_id) OVER (PARTITION BY song ORDER BY on_spotify DESC, track_id) AS track_id,
           row_number() OVER (PARTITION BY account_id ORDER BY ended_ms, track_id) AS place,
           CASE WHEN ended_ms - lag(ended_ms) OVER (PARTITION BY account_id ORDER BY ended_ms, track_id) > 1800000
                THEN 1 ELSE 0 END AS pause
    FROM heard
)
SELECT account_id, track_id, place, sum(pause) OVER (PARTITION BY account_id ORDER BY place) AS stretch FROM placed
