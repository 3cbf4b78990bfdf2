"""The rank of a track, artist or album among all of its kind: in a period, and in each of its years."""

from collections import Counter
from dataclasses import dataclass

from db.connection import rows
from db.same_recording import OWN_TRACK
from insights.item_kinds import Kind
from insights.item_plays import ItemPlays
from insights.scope import Scope
from insights.sources import by_track_and_year

ALL_YEARS = 0

RANKS = f"""
    WITH heard AS MATERIALIZED (
        SELECT year, {{key}} AS key, {{name}} AS name, sum(plays)::bigint AS plays, sum(ms)::bigint AS ms
        FROM ({by_track_and_year()}) heard {OWN_TRACK} GROUP BY 1, 2
    ), counted AS (
        SELECT {ALL_YEARS} AS year, key, min(name COLLATE "C") AS name, sum(plays)::bigint AS plays,
               sum(ms)::bigint AS ms
        FROM heard GROUP BY key
        UNION ALL SELECT year, key, name, plays, ms FROM heard WHERE year = ANY(%(own_years)s)
    ), own AS MATERIALIZED (SELECT * FROM counted WHERE key = (SELECT {{own_key}}))
    SELECT own.year, 1 + count(ahead.key), (SELECT sum(plays)::bigint FROM heard)
    FROM own LEFT JOIN counted ahead ON ahead.year = own.year AND ahead.plays >= own.plays
        AND (ahead.plays, ahead.ms, own.name, own.key) > (own.plays, own.ms, ahead.name, ahead.key)
    GROUP BY own.year
"""


@dataclass(frozen=True, slots=True)
class YearRank:
    """A year of the listener's own clock; `rank` is None where it was not heard in it."""

    year: int
    rank: int | None
    plays: int


@dataclass(frozen=True, slots=True)
class Ranks:
    """`share` of all plays of the period, 0 to 1; `rank` is None for what was not heard, `years` are from the first in
    which it was heard to the last.
    """

    share: float
    rank: int | None
    years: tuple[YearRank, ...]


def item_ranks(scope: Scope, kind: Kind, item_id: int, own: ItemPlays) -> Ranks:
    """In a scope of all tracks; of equals the one heard longer is ahead, then the one whose name comes first.

    One query, and one for the bounds.
    """
    if not own.days:
        return Ranks(0.0, None, ())
    plays = Counter[int]()
    for day in own.days:
        plays[day.day.year] += day.plays
    sql = RANKS.format(key=kind.key, name=kind.name, own_key=kind.own_key)
    scope = scope.sums_by_year
    years_asked = {"years_of_sums": scope.years_of_sums, "own_years": list(plays)}
    found = rows(sql, **scope.local_values(), **years_asked, id=item_id)
    ranks = {year: rank for year, rank, _ in found}
    years = range(own.days[0].day.year, own.days[-1].day.year + 1)
    in_years = (YearRank(year, ranks.get(year), plays[year]) for year in years)
    return Ranks(own.plays / found[0][2], ranks[ALL_YEARS], tuple(in_years))
