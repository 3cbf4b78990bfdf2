"""The measured questions: their addresses, and hand-written SQL that answers the same.

{account} is an account's id, {start} and {end} are instants between quotes. Leave {start} and {end} out where the
address takes no period. The SQL is what somebody would write who knows the tables: no sums, one statement.
"""

from typing import NamedTuple
from urllib.parse import quote_plus

from benchmarks.question_speed.more_sql import HEARD, LOCAL, MORE, OWN
from insights.question import Question as Declared
from recommend.questions import all_questions

COMPOSED = ""  # of a question for which nobody has written one statement


SEARCHED = ("the", "violet lanterns", "xyzzy")  # words of half of all tracks, of a few, of none


class Question(NamedTuple):
    """`path` may contain {username}, {period}, {year}, {track}, {artist}, {album}, {genre} and {playlist}."""

    path: str
    sql: str


def search(text: str) -> Question:
    """The question for plays of tracks that have all words of a text in their names."""
    matches = " AND ".join(f"own.name || ' ' || own.artist_name ILIKE '%{word}%'" for word in text.split())
    return Question(
        f"/history/{{username}}?q={quote_plus(text)}",
        f"""SELECT played_at, ms_played, source, own.name, uri, own.artist_name, album.name
            FROM counted_play heard {OWN} JOIN track ON track.id = heard.track_id
            LEFT JOIN album ON album.id = own.album_id
            WHERE heard.account_id = {{account}} AND {matches} ORDER BY played_at DESC, place DESC LIMIT 50""",
    )


def path_of(declared: Declared) -> str:
    """A question that is measured without SQL to compare it with."""
    path = (
        declared.path.replace("{other}", "listener01")
        .replace("{name}", "{genre}")
        .replace("{id}", f"{{{declared.name}}}")
    )
    return f"{path}?period={{period}}" if "period" in declared.takes else path


BY_HAND = (
    Question(
        "/history/{username}",
        f"""SELECT played_at, ms_played, source, own.name, uri, own.artist_name, album.name
            FROM (SELECT * FROM counted_play WHERE account_id = {{account}} AND track_id IS NOT NULL
                  ORDER BY played_at DESC, place DESC LIMIT 50) heard
            {OWN} JOIN track ON track.id = heard.track_id LEFT JOIN album ON album.id = own.album_id
            ORDER BY played_at DESC, place DESC""",
    ),
    Question(
        "/totals/{username}?period={period}",
        f"""WITH heard AS (SELECT track_id, count(*) AS plays, sum(ms_played) AS ms {HEARD} GROUP BY track_id)
            SELECT sum(plays), sum(ms), count(DISTINCT song_id), count(DISTINCT artist_id), count(DISTINCT album_id),
                   (SELECT count(DISTINCT {LOCAL}::date) {HEARD})
            FROM heard {OWN}""",
    ),
    Question(
        "/top-tracks/{username}?period={period}",
        f"""SELECT name, artist_name, top.* FROM (
                SELECT (array_agg(heard.track_id ORDER BY plays DESC))[1] AS track_id, sum(plays) AS plays,
                       sum(ms) AS ms, min(first), max(last) FROM (
                    SELECT track_id, count(*) AS plays, sum(ms_played) AS ms, min(played_at) AS first,
                           max(played_at) AS last {HEARD} GROUP BY track_id) heard
                {OWN} GROUP BY own.song_id ORDER BY plays DESC, ms DESC LIMIT 50) top
            JOIN account_track shown ON shown.account_id = {{account}} AND shown.track_id = top.track_id
            ORDER BY plays DESC, ms DESC""",
    ),
    Question(
        "/top-artists/{username}?period={period}",
        f"""SELECT artist.name, plays FROM (SELECT artist_id, sum(plays) AS plays
            FROM (SELECT track_id, count(*) AS plays {HEARD} GROUP BY track_id) heard
            {OWN} WHERE artist_id IS NOT NULL GROUP BY artist_id ORDER BY plays DESC LIMIT 50) top
            JOIN artist ON artist.id = artist_id ORDER BY plays DESC""",
    ),
    Question(
        "/top-albums/{username}?period={period}",
        f"""SELECT album.name, plays FROM (SELECT album_id, sum(plays) AS plays
            FROM (SELECT track_id, count(*) AS plays {HEARD} GROUP BY track_id) heard
            {OWN} GROUP BY album_id ORDER BY plays DESC LIMIT 50) top
            JOIN album ON album.id = album_id ORDER BY plays DESC""",
    ),
    Question(
        "/clock/{username}?period={period}",
        f"""SELECT extract(isodow FROM {LOCAL}), extract(hour FROM {LOCAL}), count(*), sum(ms_played) {HEARD}
            GROUP BY 1, 2 ORDER BY 1, 2""",
    ),
    Question(
        "/skips/{username}?period={period}",
        """WITH heard AS (
               SELECT track_id, reason_end, ms_played,
                      coalesce(skipped, CASE WHEN reason_end IS NOT NULL THEN reason_end IN ('fwdbtn', 'backbtn') END)
                          AS skipped
               FROM counted_play WHERE account_id = {account} AND track_id IS NOT NULL
               AND played_at >= {start} AND played_at < {end}
           )
           SELECT 'all', NULL, count(*), count(*) FILTER (WHERE skipped),
                  percentile_cont(0.5) WITHIN GROUP (ORDER BY ms_played) FILTER (WHERE skipped) FROM heard
           UNION ALL SELECT 'reason', reason_end, count(*), count(*) FILTER (WHERE skipped), NULL FROM heard GROUP BY 2
           UNION ALL (SELECT 'track', track_id::text, count(*), count(*) FILTER (WHERE skipped), NULL FROM heard
               WHERE skipped IS NOT NULL GROUP BY 2 HAVING count(*) >= 5
               ORDER BY count(*) FILTER (WHERE skipped)::float / count(*) DESC LIMIT 20)""",
    ),
    Question(
        "/devices/{username}?period={period}",
        f"SELECT platform, count(*), sum(ms_played) {HEARD} GROUP BY platform ORDER BY 2 DESC",
    ),
    Question(
        "/countries/{username}?period={period}",
        f"SELECT country, count(*), sum(ms_played) {HEARD} GROUP BY country ORDER BY 2 DESC",
    ),
    *(Question(*more) for more in MORE),
)
COMPARED = {question.path.split("/")[1] for question in BY_HAND}
OTHERS = (declared for name, declared in all_questions().items() if name not in COMPARED)
QUESTIONS = (*BY_HAND, *(Question(path_of(other), COMPOSED) for other in OTHERS))
SEARCHES = tuple(map(search, SEARCHED))
