-- When you listen: hours of the week
-- Show as: pivot table
SELECT extract(isodow FROM day)::int AS weekday, hour, sum(plays) AS plays
FROM plays_per_hour
WHERE true [[AND day >= {{since}}]]
GROUP BY 1, 2 ORDER BY 1, 2
