"""The rank of a track, artist or album among all of its kind, in a period and in each of its years."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from db.engine.records import records
from db.library.same_recording import OWN_TRACK
from insights.items.kinds import TRACK, Kind
from insights.items.plays import ItemPlays
from insights.items.weekly_songs import ONE_OF_SEVERAL
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.scope import Scope
from insights.plays.sources import (
    by_track_and_year,
    by_track_and_year_beside_sums,
    summed_by_track,
    summed_by_track_and_year,
    summed_by_track_and_year_with,
    summed_by_year_of,
    tracks_beside_joined_sum,
)

ALL_YEARS = 0

ADDED_UP = f"{all_plays()} AS plays, {all_ms()} AS ms"
IN_PERIOD = f"""
    SELECT {{key}} AS key, {ADDED_UP}
    FROM (SELECT track_id, plays, ms FROM beside UNION ALL {summed_by_track("track_id, plays, ms")}) heard {OWN_TRACK}
    GROUP BY 1
"""
# There are many songs. Of a year and of the period, only those need to be looked at that may be ahead of the song: by
# themselves, or because plays of other tracks, in other sums or beside sums, are added to theirs. All others in the
# period are one row without a key, because they only count towards the share.
IS_ADDED_UP = "year = ANY(%(years_of_several_sums)s::int[]) OR track_id IN (SELECT track_id FROM shared)"
MAY_BE_AHEAD = "(plays, ms) >= (least, least_ms) OR track_id IN (SELECT track_id FROM shared)"
SEVERAL = "(SELECT track_id FROM several)"
OF_PERIOD = f"""
    SELECT {ALL_YEARS} AS year, {{key}} AS key, {ADDED_UP}
    FROM (
        SELECT track_id, plays, ms FROM beside
        UNION ALL {summed_by_track("track_id, plays, ms", which=f"plays > 0 AND track_id IN {SEVERAL}")}
    ) heard {OWN_TRACK} GROUP BY 2
    UNION ALL
    SELECT {ALL_YEARS}, CASE WHEN (plays, ms) >= (%(plays_of_song)s, %(ms_of_song)s) THEN track_id END, {ADDED_UP}
    FROM ({summed_by_track("track_id, plays, ms", which=f"plays > 0 AND track_id NOT IN {SEVERAL}")}) heard GROUP BY 2
"""
OF_SONGS = f"""
    WITH beside AS MATERIALIZED ({by_track_and_year_beside_sums()}),
    shared AS MATERIALIZED (SELECT track_id FROM ({ONE_OF_SEVERAL}) one_of_several UNION SELECT track_id FROM beside),
    several AS MATERIALIZED (SELECT track_id FROM shared UNION {tracks_beside_joined_sum()}),
    summed AS MATERIALIZED (
        SELECT *, {IS_ADDED_UP} AS is_added_up FROM ({summed_by_track_and_year_with(MAY_BE_AHEAD)}) summed)
    SELECT year, track_id AS key, plays, ms FROM summed WHERE NOT is_added_up
    UNION ALL SELECT year, {{key}} AS key, {ADDED_UP}
    FROM (SELECT * FROM beside UNION ALL SELECT year, track_id, plays, ms FROM summed WHERE is_added_up) heard
    {OWN_TRACK} GROUP BY 1, 2
    UNION ALL {OF_PERIOD}
"""
# Looking up a track in each sum takes less time than reading all of them, if there are few.
ARE_FEW = "(SELECT count(*) < 1500 FROM candidate)"
# Artists and albums are few. Of each year, only those need to be looked at that have as many plays in all as the item
# has in that year.
OF_FEW = f"""
    WITH beside AS MATERIALIZED ({by_track_and_year_beside_sums()}), in_period AS MATERIALIZED ({IN_PERIOD}),
    candidate AS MATERIALIZED (
        SELECT track_id, key, in_period.plays AS most FROM account_track own JOIN in_period ON {{key}} = key
        WHERE own.account_id = %(account_id)s AND in_period.plays >= %(least)s)
    SELECT year, key, {ADDED_UP}
    FROM (
        SELECT beside.*, key, most FROM beside JOIN candidate USING (track_id)
        UNION ALL SELECT heard.*, key, most FROM ({summed_by_track_and_year()}) heard JOIN candidate USING (track_id)
        WHERE NOT {ARE_FEW}
        UNION ALL SELECT heard.*, key, most
        FROM candidate CROSS JOIN LATERAL ({summed_by_year_of("candidate.track_id")}) heard WHERE {ARE_FEW}
    ) heard JOIN unnest(%(own_years)s::int[], %(own_plays)s::bigint[]) AS of_item (year, plays_of_item) USING (year)
    WHERE most >= plays_of_item GROUP BY 1, 2
    UNION ALL SELECT {ALL_YEARS}, * FROM in_period
"""
# All plays are added up in one pass, by item and year and by item. Names are only worked out for ties: where
# there are none, plays are not read again.
RANKS = f"""
    WITH counted AS ({{counted}}
    ), ranked AS MATERIALIZED (
        SELECT year, sum(counted.plays)::bigint AS all_plays,
               count(key) FILTER (WHERE (counted.plays, counted.ms) > (own.plays, own.ms)) AS ahead,
               array_agg(key) FILTER (WHERE key IS NOT NULL AND (counted.plays, counted.ms) = (own.plays, own.ms))
                   AS equals
        FROM unnest(%(own_years)s::int[], %(own_plays)s::bigint[], %(own_ms)s::bigint[]) AS own (year, plays, ms)
        JOIN counted USING (year) GROUP BY year
    ), heard_as AS MATERIALIZED (
        SELECT DISTINCT tied.year, tied.key, track_id
        FROM (SELECT year, unnest(equals) AS key FROM ranked WHERE cardinality(equals) > 1) tied
        JOIN account_track own ON own.account_id = %(account_id)s AND {{key}} = tied.key
        JOIN ({by_track_and_year()}) heard USING (track_id) WHERE tied.year IN ({ALL_YEARS}, heard.year)
    ), tied AS MATERIALIZED (
        SELECT heard.year, heard.key, {{name}} AS name FROM heard_as heard {OWN_TRACK} GROUP BY heard.year, heard.key
    )
    SELECT ranked.year, 1 + ahead + (
               SELECT count(*) FROM tied WHERE tied.year = ranked.year AND (name, key) < (own.name, own.key)) AS rank,
           (SELECT all_plays FROM ranked WHERE year = {ALL_YEARS}) AS all_plays
    FROM ranked LEFT JOIN tied own ON own.year = ranked.year AND own.key = (SELECT {{own_key}})
"""


class RankRecord(Struct, frozen=True):
    """`year` is ALL_YEARS for the rank in the period; `all_plays` are those of the period."""

    year: int
    rank: int
    all_plays: int


@dataclass(frozen=True, slots=True)
class YearRank:
    """A year of the listener's own clock; `rank` is None without plays in it."""

    year: int
    rank: int | None
    plays: int


@dataclass(frozen=True, slots=True)
class Ranks:
    """`share` is of all plays in the period, 0 to 1; `rank` is None without plays. `years` range from the first year
    with plays to the last.
    """

    share: float
    rank: int | None
    years: tuple[YearRank, ...]


def item_ranks(scope: Scope, kind: Kind, item_id: int, own: ItemPlays) -> Ranks:
    """The scope must cover all tracks. Ties are ordered by listening time, then by name. Two queries."""
    if not own.days:
        return Ranks(0.0, None, ())
    plays, ms = Counter({ALL_YEARS: own.plays}), Counter({ALL_YEARS: own.ms_played})
    for day in own.days:
        plays[day.day.year] += day.plays
        ms[day.day.year] += day.ms_played
    counted = (OF_SONGS if kind is TRACK else OF_FEW).format(key=kind.key)
    sql = RANKS.format(counted=counted, key=kind.key, name=kind.name, own_key=kind.own_key)
    scope = scope.sums_by_year
    sums = {"own_years": list(plays), "own_plays": list(plays.values()), "own_ms": list(ms.values())}
    years = range(own.days[0].day.year, own.days[-1].day.year + 1)
    several = _repeated(scope.years_of_sums)
    of_sums = {
        "years_of_sums": scope.years_of_sums,
        "years_of_several_sums": several,
        "least_of_sums": [0 if year in several else plays[year] or None for year in scope.years_of_sums],
        "least_ms_of_sums": [0 if year in several else ms[year] for year in scope.years_of_sums],
        "plays_of_song": own.plays,
        "ms_of_song": own.ms_played,
    }
    least = {"least": min(filter(None, plays.values()))}
    values = scope.local_values() | sums | least | of_sums | {"id": item_id}
    ranked = records(RankRecord, sql, values)
    ranks = {each.year: each.rank for each in ranked}
    in_years = (YearRank(year, ranks.get(year), plays[year]) for year in years)
    return Ranks(own.plays / ranked[0].all_plays, ranks[ALL_YEARS], tuple(in_years))


def _repeated(years: Sequence[int]) -> list[int]:
    return [year for year, number in Counter(years).items() if number > 1]
