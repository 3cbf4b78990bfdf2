-- Each song of at least two listeners: how many listeners and plays it has, and how much they like it, where nobody
-- gains much by repeating a song.
SELECT track_id, CAST(count(*) AS bigint) AS listeners, CAST(sum(plays) AS bigint) AS plays,
       sum(ln(1 + plays)) AS liking
FROM (SELECT track_id, account_id, count(*) AS plays FROM song_play GROUP BY track_id, account_id) of_each
GROUP BY track_id HAVING count(*) >= 2
