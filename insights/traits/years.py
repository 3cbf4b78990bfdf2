"""How much music of each year was heard."""

from datetime import datetime

from msgspec import Struct

from db.engine.tagged_records import tagged_records
from insights.items.songs import heard_ids
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.scope import Scope
from insights.traits.coverage import Coverage, covered

HAS_A_YEAR = "EXISTS (SELECT FROM track_year WHERE track_year.track_id = heard.track_id)"
DECADE = "year / 10 * 10"
# A row for each decade, whose `year` is null, and one for each year.
YEARS = f"""
    WITH heard AS MATERIALIZED ({heard_ids(of_many=True)})
    SELECT 'all' AS kind, plays, ms, known_plays, known_ms, NULL::int AS decade, NULL::int AS year,
           NULL::bigint AS songs, NULL::bigint AS plays_by_spotify, NULL::bigint AS ms_by_spotify,
           NULL::timestamptz AS first_played_at, NULL::timestamptz AS last_played_at
    FROM ({covered(HAS_A_YEAR)}) covered
    UNION ALL
    (SELECT 'year', {all_plays()}, {all_ms()}, NULL, NULL, decade, year, count(DISTINCT song_id),
            coalesce({all_plays()} FILTER (WHERE source = 'spotify'), 0),
            coalesce(sum(ms::float8) FILTER (WHERE source = 'spotify'), 0)::bigint,
            min(first_played_at), max(last_played_at)
     FROM (SELECT heard.*, {DECADE} AS decade, year, source FROM heard JOIN track_year USING (track_id)) dated
     GROUP BY GROUPING SETS ((decade), (decade, year)) ORDER BY decade, year NULLS FIRST)
"""


class YearRecord(Struct, frozen=True, tag="year"):
    """The music of a decade, or of one year in it. `…_by_spotify` is the part whose year only Spotify's album tells."""

    decade: int
    year: int | None
    plays: int
    ms: int
    songs: int
    plays_by_spotify: int
    ms_by_spotify: int
    first_played_at: datetime
    last_played_at: datetime


def heard_years(scope: Scope) -> tuple[Coverage, list[YearRecord]]:
    """Decades, each followed by its years, the earliest first. One query."""
    (coverage,), years = tagged_records((Coverage, YearRecord), YEARS, scope.values())
    return coverage, years
