"""The countries of the artists that were heard."""

from datetime import datetime

from msgspec import Struct

from db.engine.tagged_records import tagged_records
from insights.answers.parameters import By
from insights.items.songs import heard_ids
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.scope import Scope
from insights.traits.coverage import Coverage, covered
from insights.traits.genres import ORDERS

NAMED = 3  # artists of a country
HAS_A_COUNTRY = """EXISTS (
    SELECT FROM artist_origin WHERE artist_origin.artist_id = heard.artist_id AND country IS NOT NULL)"""
ORIGINS = f"""
    WITH heard AS MATERIALIZED ({heard_ids(of_many=True)}), artists AS (
        SELECT artist_id, {all_plays()} AS plays, {all_ms()} AS ms, min(first_played_at) AS first_played_at,
               max(last_played_at) AS last_played_at
        FROM heard WHERE artist_id IS NOT NULL GROUP BY artist_id
    )
    SELECT 'all' AS kind, plays, ms, known_plays, known_ms, NULL AS country, NULL::bigint AS artists,
           NULL::bigint[] AS artist_ids, NULL::timestamptz AS first_played_at, NULL::timestamptz AS last_played_at
    FROM ({covered(HAS_A_COUNTRY)}) covered
    UNION ALL
    (SELECT 'country', {all_plays()} AS plays, {all_ms()} AS ms, NULL, NULL, country, count(*),
            (array_agg(artist_id ORDER BY {{order}}, artist.name COLLATE "C", artist_id))[:{NAMED}],
            min(first_played_at), max(last_played_at)
     FROM artists JOIN artist_origin USING (artist_id) JOIN artist ON artist.id = artist_id
     WHERE country IS NOT NULL GROUP BY country ORDER BY {{order}}, country)
"""


class CountryRecord(Struct, frozen=True, tag="country"):
    """The artists of a country; `artist_ids` are the most played ones."""

    country: str
    plays: int
    ms: int
    artists: int
    artist_ids: list[int]
    first_played_at: datetime
    last_played_at: datetime


def heard_origins(scope: Scope, by: By) -> tuple[Coverage, list[CountryRecord]]:
    """The most played countries first; ties are ordered by the other measure, then by code. One query."""
    sql = ORIGINS.format(order=ORDERS[by])
    (coverage,), countries = tagged_records((Coverage, CountryRecord), sql, scope.values())
    return coverage, countries
