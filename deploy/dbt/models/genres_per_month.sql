-- Plays of each month by genre: a play counts for each genre of its track by that genre's share of it.
WITH counted AS (
    SELECT play.username, date_trunc('month', play.local_time)::date AS month, genre,
           sum(share)::numeric(12, 2) AS plays, sum(share * ms_played)::bigint AS ms_played
    FROM {{ source('report', 'plays') }} play JOIN {{ source('report', 'genres') }} USING (username, track_id)
    GROUP BY 1, 2, 3
)
SELECT md5(username || ' ' || month || ' ' || genre) AS id, * FROM counted
