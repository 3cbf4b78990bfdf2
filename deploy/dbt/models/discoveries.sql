-- Songs and artists that were new in each month, with the plays of the month.
WITH month AS (
    SELECT username, date_trunc('month', day)::date AS month, sum(plays)::bigint AS plays
    FROM {{ source('report', 'plays_per_day') }} GROUP BY 1, 2
), song AS (
    SELECT username, date_trunc('month', min(local_time))::date AS month
    FROM {{ source('report', 'plays') }} GROUP BY username, song_id
), new_song AS (
    SELECT username, month, count(*) AS new_songs FROM song GROUP BY 1, 2
), artist AS (
    SELECT username, date_trunc('month', min(local_time))::date AS month
    FROM {{ source('report', 'plays') }} WHERE artist_id IS NOT NULL GROUP BY username, artist_id
), new_artist AS (
    SELECT username, month, count(*) AS new_artists FROM artist GROUP BY 1, 2
)
SELECT
    md5(username || ' ' || month) AS id,
    username,
    month,
    plays,
    coalesce(new_songs, 0) AS new_songs,
    coalesce(new_artists, 0) AS new_artists
FROM month LEFT JOIN new_song USING (username, month) LEFT JOIN new_artist USING (username, month)
