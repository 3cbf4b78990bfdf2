-- Plays and hours per month
-- Show as: line
SELECT date_trunc('month', day)::date AS month, sum(plays) AS plays, round(sum(ms_played) / 3600000.0, 1) AS hours
FROM plays_per_day
WHERE true [[AND day >= {{since}}]]
GROUP BY 1 ORDER BY 1
