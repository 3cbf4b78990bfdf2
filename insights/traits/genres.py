"""How much each genre was heard: plays split among the genres of their tracks."""

from collections.abc import Mapping
from datetime import datetime

from db.engine.tagged_records import tagged_records
from insights.answers.parameters import By
from insights.plays.scope import Scope
from insights.plays.sources import by_track
from insights.traits.coverage import SUMS, Coverage, part
from insights.traits.weights import SplitSums, split

ORDERS: dict[str, str] = {"plays": "plays DESC, ms DESC", "time": "ms DESC, plays DESC"}
SPLIT = f"""
    SELECT genre_id, {split("plays")} AS plays, {split("ms")} AS ms {{more}}
    FROM {{heard}} heard JOIN track_genre USING (track_id) GROUP BY genre_id
"""
# The shares of a track sum to 1, so those of all genres sum to what is known.
WHOLE = """, sum(plays * share::float8) AS whole_plays, sum(ms * share::float8) AS whole_ms,
    min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at"""
KNOWN = f"""
    SELECT heard.plays, heard.ms, least(heard.plays, known.plays) AS known_plays, least(heard.ms, known.ms) AS known_ms
    FROM (SELECT {SUMS} FROM heard) heard, (
        SELECT coalesce(round(sum(whole_plays)), 0)::bigint AS plays, coalesce(round(sum(whole_ms)), 0)::bigint AS ms
        FROM genres) known
"""
BEFORE = f"""
    LEFT JOIN (
        SELECT genre_id, row_number() OVER (ORDER BY {{order}}, name COLLATE "C") AS rank
        FROM ({SPLIT.format(heard=f"({by_track('before_', of_many=True)})", more="")}) split
        JOIN genre ON genre.id = genre_id
    ) earlier USING (genre_id)
"""
# What was heard is counted by track first: there are far fewer tracks than plays. Neither songs nor names are needed.
RANKED = f"""
    WITH heard AS MATERIALIZED ({by_track(of_many=True)}), genres AS MATERIALIZED (
        SELECT row_number() OVER (ORDER BY {{order}}, name COLLATE "C") AS rank, name, split.*,
               sum(plays) OVER () AS all_plays, sum(ms) OVER () AS all_ms, count(*) OVER () AS total
        FROM ({SPLIT.format(heard="heard", more=WHOLE)}) split JOIN genre ON genre.id = genre_id
    )
    SELECT 'all' AS kind, plays::float8, ms::float8, known_plays, known_ms, NULL::bigint AS rank,
           NULL::bigint AS rank_before, NULL AS name, NULL::timestamptz AS first_played_at,
           NULL::timestamptz AS last_played_at, NULL::float8 AS all_plays, NULL::float8 AS all_ms,
           NULL::bigint AS total
    FROM ({KNOWN}) covered
    UNION ALL
    (SELECT 'genre', plays, ms, NULL, NULL, genres.rank, {{rank_before}}, name, first_played_at, last_played_at,
            all_plays, all_ms, total
     FROM genres {{joined}} WHERE {{wanted}} ORDER BY genres.rank)
"""
FIRST, ONE = "genres.rank <= %(limit)s", "genres.name = %(genre)s"


class GenreRecord(SplitSums, frozen=True, tag="genre"):
    """A genre; `plays`, `ms` and their sums over all genres are in ten-thousandths."""

    rank: int
    rank_before: int | None
    name: str
    first_played_at: datetime
    last_played_at: datetime
    all_plays: float
    all_ms: float
    total: int

    def share(self, by: By) -> float:
        """Of all plays, or of all time, whose genres are known."""
        return part(self.plays, self.all_plays) if by == "plays" else part(self.ms, self.all_ms)


Found = tuple[Coverage, list[GenreRecord]]


def heard_genres(scope: Scope, by: By, limit: int) -> Found:
    """The first `limit` genres; ties are ordered by the other measure, then by name. One query."""
    return _genres(scope, by, FIRST, {"limit": limit})


def one_heard_genre(scope: Scope, by: By, name: str) -> Found:
    """The genre of that name, with its rank among all; none if none of its tracks was played. One query."""
    return _genres(scope, by, ONE, {"genre": name})


def _genres(scope: Scope, by: By, wanted: str, values: Mapping[str, object]) -> Found:
    before, order = scope.before, ORDERS[by]
    sql = RANKED.format(
        order=order,
        wanted=wanted,
        joined=BEFORE.format(order=order) if before else "",
        rank_before="earlier.rank" if before else "NULL",
    )
    (coverage,), genres = tagged_records((Coverage, GenreRecord), sql, scope.values_with_before() | dict(values))
    return coverage, genres
