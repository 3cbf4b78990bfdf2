"""SQL by hand for the questions that go through time, and for one track, artist or album. See questions_sql.py."""

HEARD = """FROM counted_play WHERE account_id = {account} AND track_id IS NOT NULL
    AND played_at >= {start} AND played_at < {end} AND (ms_played >= 30000 OR ms_played IS NULL)"""
LOCAL = "(played_at AT TIME ZONE 'Europe/Berlin')"
RECORDING = "coalesce(track.recording_id, track.id)"
OF = {
    "track": "track_id = {track}",
    "artist": "track_id IN (SELECT track_id FROM track_artist WHERE artist_id = {artist} AND position = 0)",
    "album": "track_id IN (SELECT id FROM track WHERE album_id = {album})",
}

MORE: tuple[tuple[str, str], ...] = (
    (
        "/activity/{username}?step=month&period={period}",
        f"SELECT date_trunc('month', {LOCAL}) AS month, count(*), sum(ms_played) {HEARD} GROUP BY month ORDER BY month",
    ),
    (
        "/calendar/{username}?year={year}",
        f"SELECT {LOCAL}::date AS day, count(*), sum(ms_played) {HEARD} GROUP BY day ORDER BY day",
    ),
    (
        "/streaks/{username}?period={period}",
        f"""WITH heard AS (SELECT DISTINCT {LOCAL}::date AS day {HEARD}),
            placed AS (SELECT day, day - (row_number() OVER (ORDER BY day))::int AS streak FROM heard)
            SELECT min(day), max(day), count(*) FROM placed GROUP BY streak ORDER BY 3 DESC LIMIT 10""",
    ),
    (
        "/milestones/{username}",
        f"""SELECT place, played_at, track_id FROM (
                SELECT played_at, track_id, row_number() OVER (ORDER BY played_at, id) AS place {HEARD}) numbered
            WHERE place IN (1, 100, 1000, 5000) OR place % 10000 = 0 ORDER BY place""",
    ),
    (
        "/on-this-day/{username}?date={year}-06-01",
        f"""SELECT extract(year FROM {LOCAL}), count(*), sum(ms_played), min(played_at) {HEARD}
            AND to_char({LOCAL}, 'MM-DD') = '06-01' GROUP BY 1 ORDER BY 1 DESC""",
    ),
    (
        "/sessions/{username}?period={period}",
        f"""WITH heard AS (
                SELECT played_at, ms_played, played_at - ms_played * interval '1 ms' AS began,
                       lag(played_at) OVER (ORDER BY played_at, id) AS ended
                {HEARD}
            ), numbered AS (
                SELECT *, count(*) FILTER (WHERE ended IS NULL OR began - ended > interval '20 min')
                    OVER (ORDER BY played_at ROWS UNBOUNDED PRECEDING) AS session FROM heard
            ), session AS (
                SELECT min(began) AS start, max(played_at) AS until, count(*) AS plays, sum(ms_played) AS ms
                FROM numbered GROUP BY session
            )
            SELECT count(*), avg(until - start), percentile_cont(0.5) WITHIN GROUP (ORDER BY until - start),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY plays), max(until - start) FROM session""",
    ),
    (
        "/obsessions/{username}?period={period}",
        f"""WITH counted AS (
                SELECT date_trunc('week', {LOCAL}) AS week, track_id, count(*) AS plays, sum(ms_played) AS ms {HEARD}
                GROUP BY 1, 2
            ), merged AS (
                SELECT week, {RECORDING} AS recording, sum(plays) AS plays, sum(ms) AS ms
                FROM counted JOIN track ON track.id = track_id GROUP BY 1, 2
            ), ranked AS (
                SELECT *, sum(plays) OVER (PARTITION BY week) AS all_plays,
                       row_number() OVER (PARTITION BY week ORDER BY plays DESC, ms DESC, recording) AS place
                FROM merged
            )
            SELECT * FROM ranked WHERE place = 1 AND plays >= 7 AND plays >= all_plays * 0.1 ORDER BY week DESC""",
    ),
    (
        "/discoveries/{username}?step=month&period={period}",
        f"""WITH first AS (
                SELECT {RECORDING} AS recording, min(played_at) AS played_at
                FROM counted_play JOIN track ON track.id = track_id
                WHERE account_id = {{account}} AND played_at < {{end}} AND (ms_played >= 30000 OR ms_played IS NULL)
                GROUP BY 1
            )
            SELECT date_trunc('month', {LOCAL}), count(*) FROM first WHERE played_at >= {{start}}
            GROUP BY 1 ORDER BY 1""",
    ),
    (
        "/forgotten/{username}?period={period}",
        f"""SELECT recording, sum(plays), max(last) FROM (
                SELECT {RECORDING} AS recording, plays, last FROM (
                    SELECT track_id, count(*) AS plays, max(played_at) AS last {HEARD} GROUP BY track_id) heard
                JOIN track ON track.id = track_id) merged
            GROUP BY recording HAVING sum(plays) >= 10
                AND max(last) < least(now(), {{end}}::timestamptz) - interval '6 months'
            ORDER BY 2 DESC LIMIT 50""",
    ),
    (
        "/shuffle/{username}?period={period}",
        f"""SELECT extract(year FROM {LOCAL}), shuffle, offline, incognito, count(*) {HEARD} GROUP BY 1, 2, 3, 4""",
    ),
    (
        "/podcasts/{username}?period={period}",
        """SELECT show_name, count(*), sum(ms_played), count(DISTINCT episode_id), min(played_at), max(played_at)
           FROM counted_play JOIN episode ON episode.id = episode_id WHERE account_id = {account}
           AND played_at >= {start} AND played_at < {end} AND (ms_played >= 30000 OR ms_played IS NULL)
           GROUP BY show_name ORDER BY 2 DESC LIMIT 20""",
    ),
    *(
        (
            f"/{kind}/{{{kind}}}/{{username}}?period={{period}}",
            f"""SELECT date_trunc('month', {LOCAL}), count(*), sum(ms_played), min(played_at), max(played_at) {HEARD}
                AND {condition} GROUP BY 1 ORDER BY 1""",
        )
        for kind, condition in OF.items()
    ),
)
