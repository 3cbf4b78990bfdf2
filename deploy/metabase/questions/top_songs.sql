-- Songs you played most
-- Show as: table
SELECT min(track) AS song, min(artist) AS artist, count(*) AS plays, max(played_at) AS last_played
FROM plays
WHERE true [[AND day >= {{since}}]]
GROUP BY song_id ORDER BY plays DESC, song LIMIT 25
