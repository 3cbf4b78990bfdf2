-- How long you listen without a break
-- Show as: bar
SELECT width_bucket(extract(epoch FROM ended_at - began_at) / 60, ARRAY[5, 15, 30, 60, 120, 240]) AS bucket,
       (ARRAY['under 5 min', '5 to 15', '15 to 30', '30 to 60', '1 to 2 h', '2 to 4 h', '4 h and more'])[
           width_bucket(extract(epoch FROM ended_at - began_at) / 60, ARRAY[5, 15, 30, 60, 120, 240]) + 1] AS length,
       count(*) AS sessions
FROM sessions
WHERE true [[AND day >= {{since}}]]
GROUP BY 1, 2 ORDER BY 1
