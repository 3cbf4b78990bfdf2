"""The questions that are measured: the address of each, and SQL by hand that finds the same.

{account} is an account's id, {start} and {end} are instants between quotes. Leave {start} and {end} out where the
address takes no period. The SQL is what somebody would write who knows the tables: no sums, one statement.
"""

from typing import NamedTuple

COMPOSED = ""  # of many questions: nobody would write one statement


class Question(NamedTuple):
    """`path` has {username} and, where it takes a period, {period}."""

    path: str
    sql: str


HEARD = """FROM counted_play WHERE account_id = {account} AND track_id IS NOT NULL
    AND played_at >= {start} AND played_at < {end} AND ms_played >= 30000"""
LOCAL = "played_at AT TIME ZONE 'Europe/Berlin'"

QUESTIONS = (
    Question(
        "/history/{username}",
        """SELECT played_at, ms_played, source, track.name, uri, artist_name, album.name
           FROM (SELECT * FROM counted_play WHERE account_id = {account} AND track_id IS NOT NULL
                 ORDER BY played_at DESC, id DESC LIMIT 50) played
           JOIN track ON track.id = track_id LEFT JOIN album ON album.id = album_id ORDER BY played_at DESC""",
    ),
    Question(
        "/totals/{username}?period={period}",
        f"""SELECT count(*), sum(ms_played), count(DISTINCT track_id), count(DISTINCT ({LOCAL})::date) {HEARD}""",
    ),
    Question(
        "/top-tracks/{username}?period={period}",
        f"""SELECT name, artist_name, top.* FROM (SELECT track_id, count(*) AS plays, sum(ms_played) AS ms {HEARD}
            GROUP BY track_id ORDER BY plays DESC, ms DESC LIMIT 50) top JOIN track ON track.id = track_id
            ORDER BY plays DESC, ms DESC""",
    ),
    Question(
        "/top-artists/{username}?period={period}",
        f"""SELECT artist.name, plays FROM (SELECT artist_id, sum(plays) AS plays
            FROM (SELECT track_id, count(*) AS plays {HEARD} GROUP BY track_id) heard
            JOIN track_artist USING (track_id) WHERE position = 0 GROUP BY artist_id ORDER BY plays DESC LIMIT 50) top
            JOIN artist ON artist.id = artist_id ORDER BY plays DESC""",
    ),
    Question(
        "/top-albums/{username}?period={period}",
        f"""SELECT album.name, plays FROM (SELECT album_id, sum(plays) AS plays
            FROM (SELECT track_id, count(*) AS plays {HEARD} GROUP BY track_id) heard
            JOIN track ON track.id = track_id GROUP BY album_id ORDER BY plays DESC LIMIT 50) top
            JOIN album ON album.id = album_id ORDER BY plays DESC""",
    ),
    Question(
        "/clock/{username}?period={period}",
        f"""SELECT extract(isodow FROM {LOCAL}), extract(hour FROM {LOCAL}), count(*), sum(ms_played) {HEARD}
            GROUP BY 1, 2 ORDER BY 1, 2""",
    ),
    Question(
        "/skips/{username}?period={period}",
        """SELECT count(*), count(*) FILTER (WHERE skipped) FROM counted_play WHERE account_id = {account}
           AND track_id IS NOT NULL AND played_at >= {start} AND played_at < {end}""",
    ),
    Question(
        "/devices/{username}?period={period}",
        f"SELECT platform, count(*), sum(ms_played) {HEARD} GROUP BY platform ORDER BY 2 DESC",
    ),
    Question(
        "/countries/{username}?period={period}",
        f"SELECT country, count(*), sum(ms_played) {HEARD} GROUP BY country ORDER BY 2 DESC",
    ),
    *(
        Question(path, COMPOSED)
        for path in ("/recap/{username}", "/quality/{username}", "/gaps/{username}", "/compare/{username}/listener01")
    ),
)
