"""How much each genre was heard: plays split among the genres of their tracks."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from db.engine.tagged_records import tagged_records
from insights.answers.parameters import By
from insights.plays.scope import Scope
from insights.plays.sources import by_many_tracks, by_many_tracks_with_before
from insights.traits.coverage import part
from insights.traits.weights import SplitSums, split

ORDERS: dict[str, str] = {"plays": "plays DESC, ms DESC", "time": "ms DESC, plays DESC"}
MEASURES = {"plays": "plays", "time": "ms"}
BEFORE_ORDERS: dict[str, str] = {
    "plays": "plays_before DESC, ms_before DESC",
    "time": "ms_before DESC, plays_before DESC",
}
# The shares of a track sum to 1, so those of all genres sum to what is known.
SPLIT = f"""
    SELECT genre_id, {split("plays")} AS plays, {split("ms")} AS ms,
           sum({{measure}} * share::float8) AS whole,
           min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at {{before}}
    FROM heard JOIN track_genre USING (track_id) GROUP BY genre_id
"""
SPLIT_BEFORE = f", {split('plays_before')} AS plays_before, {split('ms_before')} AS ms_before"
KNOWN = """
    SELECT heard.amount, least(heard.amount, known.amount) AS known
    FROM (SELECT coalesce(sum({measure}::float8), 0)::bigint AS amount FROM heard) heard,
         (SELECT coalesce(round(sum(whole)), 0)::bigint AS amount FROM genres) known
"""
RANK_BEFORE = """
    CASE WHEN plays_before IS NOT NULL
         THEN row_number() OVER (ORDER BY plays_before IS NULL, {order}, name COLLATE "C") END
"""
# Plays are counted by track: there are far fewer tracks than plays, and neither songs nor names are needed. The
# period and the one before are joined with the genres of tracks at once, because that takes longest. A genre that was
# only heard before has no `first_played_at`.
RANKED = """
    WITH heard AS MATERIALIZED ({heard}), genres AS MATERIALIZED (
        SELECT row_number() OVER (ORDER BY first_played_at IS NULL, {order}, name COLLATE "C") AS rank,
               {rank_before} AS rank_before, name, split.*, sum(plays) OVER () AS all_plays,
               sum(ms) OVER () AS all_ms, count(first_played_at) OVER () AS total
        FROM ({split}) split JOIN genre ON genre.id = genre_id
    )
    SELECT 'all' AS kind, amount, known, NULL::float8 AS plays, NULL::float8 AS ms, NULL::bigint AS rank,
           NULL::bigint AS rank_before, NULL AS name, NULL::timestamptz AS first_played_at,
           NULL::timestamptz AS last_played_at, NULL::float8 AS all_plays, NULL::float8 AS all_ms,
           NULL::bigint AS total
    FROM ({known}) covered
    UNION ALL
    (SELECT 'genre', NULL, NULL, plays, ms, genres.rank, rank_before, name, first_played_at, last_played_at,
            all_plays, all_ms, total
     FROM genres WHERE first_played_at IS NOT NULL AND {wanted} ORDER BY genres.rank)
"""
FIRST, ONE = "genres.rank <= %(limit)s", "genres.name = %(genre)s"


class KnownAmount(Struct, frozen=True, tag="all"):
    """How many plays, or milliseconds, were heard, and of how many of them the genres are known."""

    amount: int
    known: int

    @property
    def share(self) -> float:
        return part(self.known, self.amount)


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
        """The share of all plays, or of all time, whose genres are known."""
        return part(self.plays, self.all_plays) if by == "plays" else part(self.ms, self.all_ms)


GenresFound = tuple[KnownAmount, list[GenreRecord]]


def heard_genres(scope: Scope, by: By, limit: int) -> GenresFound:
    """The first `limit` genres; ties are ordered by the other measure, then by name. One query."""
    return _genres(scope, by, FIRST, {"limit": limit})


def one_heard_genre(scope: Scope, by: By, name: str) -> GenresFound:
    """The genre of that name, with its rank among all; none if none of its tracks was played. One query."""
    return _genres(scope, by, ONE, {"genre": name})


def _genres(scope: Scope, by: By, wanted: str, values: Mapping[str, object]) -> GenresFound:
    sql = RANKED.format(
        heard=_heard(scope),
        order=ORDERS[by],
        wanted=wanted,
        rank_before=RANK_BEFORE.format(order=BEFORE_ORDERS[by]) if scope.before else "NULL::bigint",
        split=SPLIT.format(before=SPLIT_BEFORE if scope.before else "", measure=MEASURES[by]),
        known=KNOWN.format(measure=MEASURES[by]),
    )
    (known,), genres = tagged_records((KnownAmount, GenreRecord), sql, scope.values_with_before() | dict(values))
    return known, genres


def _heard(scope: Scope) -> str:
    if before := scope.before:
        return by_many_tracks_with_before(scope.one_sum, before.one_sum)
    return by_many_tracks(scope.one_sum)
