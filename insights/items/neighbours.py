"""What was played directly before and after a track, an artist or an album."""

from msgspec import Struct

from db.engine.records import records
from insights.items.kinds import Kind
from insights.items.plays import ItemPlays
from insights.plays.scope import Scope

# Both use an index that contains all they need; only for a play of unknown length, the track is looked up.
BESIDE = """
    (SELECT track_id, {is_before} AS is_before FROM counted_play
     WHERE account_id = %(account_id)s AND track_id IS NOT NULL
       AND (played_at, place, id) {beyond} (this.played_at, this.place, this.id)
       AND played_at >= greatest(%(start)s, this.played_at - interval '30 minutes')
       AND played_at < least(%(end)s, this.played_at + interval '30 minutes 0.001 seconds')
       AND (ms_played >= %(min_ms)s OR ms_played IS NULL AND (%(any_length)s OR EXISTS (
            SELECT FROM account_track known WHERE known.account_id = %(account_id)s
                AND known.track_id = counted_play.track_id AND duration_ms >= %(min_ms)s)))
     ORDER BY played_at {order}, place {order}, id {order} LIMIT 1)
"""
NEIGHBOURS = f"""
    WITH this AS (
        SELECT * FROM unnest(%(own_played_at)s::timestamptz[], %(own_places)s::bigint[], %(own_ids)s::bigint[])
            AS this (played_at, place, id)
    ), heard AS MATERIALIZED (
        SELECT track_id, count(*) FILTER (WHERE is_before) AS before, count(*) FILTER (WHERE NOT is_before) AS after,
               count(*) AS plays
        FROM this CROSS JOIN LATERAL (
            {BESIDE.format(is_before="true", beyond="<", order="DESC")} UNION ALL
            {BESIDE.format(is_before="false", beyond=">", order="ASC")}
        ) beside GROUP BY track_id
    )
    SELECT {{shown}} AS id, sum(heard.before)::int AS before, sum(heard.after)::int AS after
    FROM heard {{joins}}
    WHERE {{key}} <> {{own_key}}
    GROUP BY {{key}} ORDER BY sum(heard.plays) DESC, {{name}}, 1 LIMIT %(limit)s
"""


class Neighbour(Struct, frozen=True):
    """How often another item was played directly before and directly after the item."""

    id: int
    before: int
    after: int


def item_neighbours(scope: Scope, kind: Kind, item_id: int, own: ItemPlays, limit: int) -> tuple[Neighbour, ...]:
    """Other items of its kind, the most frequent first, ties by name. The scope must cover all tracks. One query."""
    statement = NEIGHBOURS.format(
        key=kind.key, joins=kind.joins, own_key=kind.own_key, name=kind.name, shown=kind.shown
    )
    places = {
        "own_played_at": [place.played_at for place in own.newest],
        "own_places": [place.place for place in own.newest],
        "own_ids": [place.id for place in own.newest],
    }
    return tuple(records(Neighbour, statement, {**scope.values(), **places, "id": item_id, "limit": limit}))
