-- Artists that were new, by month
-- Show as: bar
SELECT date_trunc('month', first)::date AS month, count(*) AS artists
FROM (SELECT min(local_time) AS first FROM plays WHERE artist_id IS NOT NULL GROUP BY artist_id) artist
WHERE true [[AND first >= {{since}}]]
GROUP BY 1 ORDER BY 1
