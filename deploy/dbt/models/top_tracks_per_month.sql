-- The 50 most played songs of each month. A song goes by the names of its most played track.
WITH track AS (
    SELECT username, date_trunc('month', local_time)::date AS month, song_id, track, artist,
           count(*) AS plays, sum(ms_played) AS ms_played
    FROM {{ source('report', 'plays') }} GROUP BY 1, 2, 3, 4, 5
), song AS (
    SELECT username, month, song_id, sum(plays)::bigint AS plays, sum(ms_played)::bigint AS ms_played,
           (array_agg(track ORDER BY plays DESC, track))[1] AS track,
           (array_agg(artist ORDER BY plays DESC, track))[1] AS artist
    FROM track GROUP BY 1, 2, 3
), ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY username, month ORDER BY plays DESC, ms_played DESC, track, song_id) AS rank
    FROM song
)
SELECT md5(username || ' ' || month || ' ' || rank) AS id, * FROM ranked WHERE rank <= 50
