"""The rank of a track, artist or album among all of its kind: in a period, and in each of its years.

Sums are of years of UTC. What ended in another year of the listener's own clock lies within hours of a new year: those
few plays are moved to where they belong.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db.connection import rows
from insights.item_kinds import Kind
from insights.item_plays import ItemPlays
from insights.scope import Scope, each_local_play, heard_between
from insights.shifts import Shift, shifts

FURTHEST = timedelta(hours=15)  # no clock is further from UTC
ALL_YEARS = 0

# Sums hold plays of 30 seconds and more that say how long they were; those that do not are counted beside them.
HEARD = f"""
    SELECT year, track_id, plays, ms FROM year_of_track
    WHERE account_id = %(account_id)s AND year >= %(first_year)s AND year < %(after_years)s
    UNION ALL
    SELECT extract(year FROM played_at)::int, track_id, 1, coalesce(duration_ms, 0)
    FROM counted_play JOIN track ON track.id = track_id
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND ms_played IS NULL
      AND played_at >= %(sums_start)s AND played_at < %(sums_end)s
    UNION ALL
    SELECT moved.year, track_id, moved.plays, moved.plays * ms
    FROM ({each_local_play("edge_")}) edge CROSS JOIN LATERAL
        (VALUES (extract(year FROM local)::int, 1), (extract(year FROM played_at)::int, -1)) AS moved (year, plays)
    WHERE extract(year FROM local) <> extract(year FROM played_at)
    UNION ALL
    SELECT extract(year FROM local)::int, track_id, count(*), sum(ms)
    FROM ({each_local_play("read_")}) read GROUP BY 1, 2
"""
RANKS = f"""
    WITH heard AS MATERIALIZED (SELECT year, {{key}} AS key, plays, ms FROM ({HEARD}) heard {{joins}}),
    counted AS (
        SELECT {ALL_YEARS} AS year, key, sum(plays)::bigint AS plays, sum(ms)::bigint AS ms FROM heard GROUP BY key
        UNION ALL
        SELECT year, key, sum(plays)::bigint, sum(ms)::bigint
        FROM heard WHERE year = ANY(%(own_years)s) GROUP BY year, key
    ), own AS (
        SELECT *, (SELECT {{own_key}}) AS key
        FROM unnest(%(own_years)s::int[], %(own_plays)s::bigint[], %(own_ms)s::bigint[]) AS own (year, plays, ms)
    )
    SELECT own.year, 1 + count(ahead.key), (SELECT sum(plays)::bigint FROM heard)
    FROM own LEFT JOIN counted ahead ON ahead.year = own.year AND ahead.plays >= own.plays
        AND (ahead.plays, ahead.ms, -abs(ahead.key), ahead.key) > (own.plays, own.ms, -abs(own.key), own.key)
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
    """In a scope of all tracks; of equals the one heard longer is ahead, then the one with the lower id, which for a
    recording is the lowest of its tracks'. One query, and one for the bounds.
    """
    bounds = heard_between(scope)
    if bounds is None or not own.days:
        return Ranks(0.0, None, ())
    plays = Counter({ALL_YEARS: own.plays})
    ms = Counter({ALL_YEARS: own.ms_played})
    for day in own.days:
        plays[day.day.year] += day.plays
        ms[day.day.year] += day.ms_played
    sums = {"own_years": list(plays), "own_plays": list(plays.values()), "own_ms": list(ms.values())}
    sql = RANKS.format(key=kind.key, joins=kind.joins, own_key=kind.own_key)
    found = rows(sql, **scope.values(), **_edges(scope), **_beside_sums(scope, *bounds), **sums, id=item_id)
    ranks = {year: rank for year, rank, _ in found}
    years = range(own.days[0].day.year, own.days[-1].day.year + 1)
    in_years = (YearRank(year, ranks.get(year), plays[year]) for year in years)
    return Ranks(own.plays / found[0][2], ranks[ALL_YEARS], tuple(in_years))


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def _edges(scope: Scope) -> dict[str, object]:
    """The stretches of the listener's clock about each new year that the sums touch, as far as they go."""
    found: list[Shift] = []
    years = scope.sums
    for year in range(years.start, years.stop + 1) if years else ():
        start, end = _new_year(year) - FURTHEST, _new_year(year) + FURTHEST
        found += shifts(scope.zones, max(start, _new_year(years.start)), min(end, _new_year(years.stop)))
    return _values("edge_", found)


def _beside_sums(scope: Scope, first: datetime, last: datetime) -> dict[str, object]:
    """The stretches from the first play to the last without the years whose sums are read."""
    years = scope.sums
    if not years:
        return _values("read_", shifts(scope.zones, first, last))
    before = shifts(scope.zones, first, min(last, _new_year(years.start)))
    return _values("read_", [*before, *shifts(scope.zones, max(first, _new_year(years.stop)), last)])


def _values(prefix: str, stretches: Sequence[Shift]) -> dict[str, object]:
    return {f"{prefix}{name}": [getattr(stretch, name) for stretch in stretches] for name in Shift._fields}
