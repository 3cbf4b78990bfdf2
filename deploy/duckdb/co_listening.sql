-- What listeners play around a song, as the nightly lists of the house weigh it: the last five plays of the song by each
-- listener, a hundred of all listeners or a little more, with up to five plays before and after each, the nearer the
-- better. Only pairs of at least two listeners.
WITH ranked AS (
    SELECT account_id, track_id, place, stretch,
           row_number() OVER (PARTITION BY account_id, track_id ORDER BY place DESC) AS latest
    FROM song_play
), counted AS (
    SELECT account_id, track_id, place, stretch,
           count(*) OVER (PARTITION BY track_id) AS meetings,
           row_number() OVER (PARTITION BY track_id ORDER BY account_id, place DESC) - 1 AS position
    FROM ranked WHERE latest <= 5
), meeting AS (
    SELECT account_id, track_id, place, stretch, sqrt(meetings) AS share FROM counted
    WHERE position % CAST(ceil(meetings / 1e2) AS bigint) = 0
), near AS (
    SELECT meeting.track_id, other.track_id AS near_track_id, meeting.account_id,
           sum(1e0 / abs(step.step)) / max(meeting.share) AS nearness
    FROM meeting CROSS JOIN (VALUES (-5), (-4), (-3), (-2), (-1), (1), (2), (3), (4), (5)) AS step (step)
    JOIN song_play other ON other.account_id = meeting.account_id AND other.stretch = meeting.stretch
                        AND other.place = meeting.place + step.step
    WHERE other.track_id <> meeting.track_id
    GROUP BY meeting.track_id, other.track_id, meeting.account_id
)
SELECT track_id, near_track_id, CAST(count(*) AS bigint) AS listeners,
       sum(ln(1 + nearness)) AS closeness
FROM near GROUP BY track_id, near_track_id HAVING count(*) >= 2
