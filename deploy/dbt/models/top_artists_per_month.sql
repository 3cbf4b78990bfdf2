-- The 50 most played artists of each month, by the first artist of each track.
WITH artist AS (
    SELECT username, date_trunc('month', local_time)::date AS month, artist_id, min(artist) AS artist,
           count(*) AS plays, sum(ms_played)::bigint AS ms_played
    FROM {{ source('report', 'plays') }} WHERE artist_id IS NOT NULL GROUP BY 1, 2, 3
), ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY username, month ORDER BY plays DESC, ms_played DESC, artist, artist_id) AS rank
    FROM artist
)
SELECT md5(username || ' ' || month || ' ' || rank) AS id, * FROM ranked WHERE rank <= 50
