-- Songs you skip, of which five plays or more tell it
-- Show as: table
SELECT min(track) AS song, min(artist) AS artist, count(skipped) AS plays, count(*) FILTER (WHERE skipped) AS skipped,
       round(100.0 * count(*) FILTER (WHERE skipped) / count(skipped), 1) AS percent
FROM all_plays
WHERE true [[AND day >= {{since}}]]
GROUP BY song_id HAVING count(skipped) >= 5 AND bool_or(skipped)
ORDER BY percent DESC, skipped DESC, song LIMIT 25
