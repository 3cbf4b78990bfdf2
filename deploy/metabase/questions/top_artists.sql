-- Artists you played most
-- Show as: bar
SELECT min(artist) AS artist, count(*) AS plays, round(sum(ms_played) / 3600000.0, 1) AS hours
FROM plays
WHERE artist_id IS NOT NULL [[AND day >= {{since}}]]
GROUP BY artist_id ORDER BY plays DESC, artist LIMIT 25
