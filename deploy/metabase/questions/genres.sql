-- Genres you played most
-- Show as: bar
SELECT genre, round(sum(share)::numeric, 1) AS plays, round((sum(share * ms_played) / 3600000)::numeric, 1) AS hours
FROM plays JOIN genres USING (username, track_id)
WHERE true [[AND day >= {{since}}]]
GROUP BY genre ORDER BY plays DESC, genre LIMIT 25
