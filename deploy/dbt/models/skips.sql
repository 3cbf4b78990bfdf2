-- How often each song was skipped, of the plays whose source tells it, however short they were.
SELECT
    md5(username || ' ' || song_id) AS id,
    username,
    song_id,
    min(track_id) AS track_id,
    min(track) AS track,
    min(artist) AS artist,
    count(*) AS plays,
    count(*) FILTER (WHERE skipped) AS skipped,
    (count(*) FILTER (WHERE skipped)::numeric / count(*))::numeric(7, 6) AS rate
FROM {{ source('report', 'all_plays') }} WHERE skipped IS NOT NULL
GROUP BY username, song_id
