-- Rows are accounts whose plays are not all in the models.
SELECT username
FROM (SELECT username, count(*) AS plays FROM {{ source('report', 'plays') }} GROUP BY username) play
JOIN (SELECT username, sum(plays) AS plays FROM {{ ref('plays_per_day') }} GROUP BY username) day USING (username)
JOIN (SELECT username, sum(plays) AS plays FROM {{ ref('sessions') }} GROUP BY username) session USING (username)
WHERE play.plays <> day.plays OR play.plays <> session.plays
