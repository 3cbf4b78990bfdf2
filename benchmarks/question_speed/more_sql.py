"""Hand-written SQL for questions over time, and for one track, artist or album. See sql.py."""

HEARD = """FROM counted_play WHERE account_id = {account} AND track_id IS NOT NULL
    AND played_at >= {start} AND played_at < {end} AND (ms_played >= 30000 OR ms_played IS NULL)"""
LOCAL = "(played_at AT TIME ZONE 'Europe/Berlin')"
OWN = "JOIN account_track own ON own.account_id = {account} AND own.track_id = heard.track_id"
OF = {
    "track": "track_id = {track}",
    "artist": "track_id IN (SELECT track_id FROM account_track WHERE account_id = {account} AND artist_id = {artist})",
    "album": "track_id IN (SELECT track_id FROM account_track WHERE account_id = {account} AND album_id = {album})",
}

MORE: tuple[tuple[str, str], ...] = (
    (
        "/activity/{username}?step=month&period={period}",
        f"SELECT date_trunc('month', {LOCAL}) AS month, count(*), sum(ms_played) {HEARD} GROUP BY month ORDER BY month",
    ),
    (
        "/calendar/{username}?period={year}",
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
                SELECT played_at, track_id, row_number() OVER (ORDER BY played_at, place) AS place {HEARD}) numbered
            WHERE place IN (1, 100, 1000, 5000) OR place % 10000 = 0 ORDER BY place""",
    ),
    (
        "/on-this-day/{username}?period={year}-06-01",
        f"""SELECT extract(year FROM {LOCAL}), count(*), sum(ms_played), min(played_at) {HEARD}
            AND to_char({LOCAL}, 'MM-DD') = '06-01' GROUP BY 1 ORDER BY 1 DESC""",
    ),
    (
        "/sessions/{username}?period={period}",
        f"""WITH heard AS (
                SELECT played_at, ms_played, played_at - ms_played * interval '1 ms' AS began,
                       lag(played_at) OVER (ORDER BY played_at, place) AS ended
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
                SELECT week, own.song_id, sum(plays) AS plays, sum(ms) AS ms
                FROM counted heard {OWN} GROUP BY 1, 2
            ), ranked AS (
                SELECT *, sum(plays) OVER (PARTITION BY week) AS all_plays,
                       row_number() OVER (PARTITION BY week ORDER BY plays DESC, ms DESC, song_id) AS place
                FROM merged
            )
            SELECT * FROM ranked WHERE place = 1 AND plays >= 7 AND plays >= all_plays * 0.1 ORDER BY week DESC""",
    ),
    (
        "/discoveries/{username}?step=month&period={period}",
        f"""WITH first AS (
                SELECT own.song_id, min(played_at) AS played_at FROM counted_play heard {OWN}
                WHERE heard.account_id = {{account}} AND played_at < {{end}}
                AND (ms_played >= 30000 OR ms_played IS NULL) GROUP BY 1
            )
            SELECT date_trunc('month', {LOCAL}), count(*) FROM first WHERE played_at >= {{start}}
            GROUP BY 1 ORDER BY 1""",
    ),
    (
        "/forgotten/{username}?period={period}",
        f"""SELECT own.song_id, sum(plays), max(last) FROM (
                SELECT track_id, count(*) AS plays, max(played_at) AS last {HEARD} GROUP BY track_id) heard {OWN}
            GROUP BY own.song_id HAVING sum(plays) >= 10
                AND max(last) < least(now(), {{end}}::timestamptz) - interval '6 months'
            ORDER BY 2 DESC LIMIT 50""",
    ),
    (
        "/shuffle/{username}?period={period}",
        f"""SELECT extract(year FROM {LOCAL}), shuffle, offline, incognito, count(*) {HEARD} GROUP BY 1, 2, 3, 4""",
    ),
    (
        "/podcasts/{username}?period={period}",
        """SELECT coalesce(own.show_name, episode.show_name), count(*), sum(ms_played), count(DISTINCT episode.id),
                  min(played_at), max(played_at)
           FROM counted_play heard JOIN episode ON episode.id = episode_id
           LEFT JOIN account_episode own ON own.account_id = {account} AND own.episode_id = episode.id
           WHERE heard.account_id = {account}
           AND played_at >= {start} AND played_at < {end} AND (ms_played >= 30000 OR ms_played IS NULL)
           GROUP BY 1 ORDER BY 2 DESC LIMIT 20""",
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
