-- Plays of each of a listener's own days, and the average of the seven days up to it; days without plays included.
WITH span AS (
    SELECT username, min(day) AS first, max(day) AS last FROM {{ source('report', 'plays_per_day') }} GROUP BY username
), every_day AS (
    SELECT username, day::date AS day FROM span CROSS JOIN generate_series(first, last, interval '1 day') AS day
)
SELECT
    md5(username || ' ' || day) AS id,
    username,
    day,
    coalesce(plays, 0) AS plays,
    coalesce(ms_played, 0) AS ms_played,
    avg(coalesce(plays, 0)) OVER (PARTITION BY username ORDER BY day ROWS 6 PRECEDING)::numeric(12, 2) AS plays_average
FROM every_day LEFT JOIN {{ source('report', 'plays_per_day') }} USING (username, day)
