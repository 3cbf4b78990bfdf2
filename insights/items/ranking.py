"""Rankings of artists and albums, with their ranks in the period before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, NamedTuple, TypeVar

from msgspec import Meta, Struct

from db.engine.records import records
from db.library.same_recording import OWN_TRACK
from insights.answers.parameters import By
from insights.answers.values import Count, Rank, moment, says
from insights.items.kinds import Kind
from insights.items.songs import heard_ids
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.scope import Scope
from insights.plays.sources import by_track

ORDERS: dict[str, str] = {"plays": "plays DESC, ms DESC", "time": "ms DESC, plays DESC"}
ITEMS = f"""
    SELECT {{item}} AS item_id {{more}}, {all_plays()} AS plays, {all_ms()} AS ms FROM {{heard}} GROUP BY 1 {{apart}}
"""
SPAN = ", min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at"
ITEMS_OF_SONGS = f"""
    SELECT item_id, {all_plays()} AS plays, {all_ms()} AS ms, count(*) AS songs {SPAN}
    FROM ({ITEMS.format(more=SPAN, apart=", own.song_id", item="{item}", heard="heard own")}) song GROUP BY item_id
"""
# Used with `heard` in place of OWN_TRACK. `OFFSET 0` makes PostgreSQL look up the few tracks that are left.
LOOKED_UP = """
    CROSS JOIN LATERAL (
        SELECT * FROM account_track WHERE account_id = %(account_id)s AND track_id = heard.track_id OFFSET 0) own
"""
# The first of `rows`, as `listed`. Names only order ties, so they are looked up for ties among the first.
HEAD = f"""
    head AS MATERIALIZED (
        SELECT * FROM {{rows}} ORDER BY {{order}} FETCH FIRST %(limit)s ROWS WITH TIES
    ), tied AS (
        SELECT {{id}} FROM (SELECT {{id}}, count(*) OVER (PARTITION BY plays, ms) AS equals FROM head) each
        WHERE equals > 1
    ), named AS (
        SELECT {{item}} AS {{id}}, {{name}} AS name FROM heard {LOOKED_UP}
        WHERE heard.{{column}} IN (SELECT {{id}} FROM tied) GROUP BY 1
    ), listed AS (
        SELECT row_number() OVER (ORDER BY {{order}}, name, {{id}}) AS rank, *
        FROM head LEFT JOIN named USING ({{id}}) ORDER BY 1 LIMIT %(limit)s
    )
"""
# Plays without an item, or of nobody ("Various Artists"), count towards the total but have no rank.
TOP = """
    WITH items AS MATERIALIZED ({items}),
    everything AS (
        SELECT sum(plays)::bigint AS all_plays, sum(ms)::bigint AS all_ms, count(item_id) AS total FROM items
    ), {head}
    SELECT listed.rank, {rank_before} AS rank_before, item_id, songs, plays, ms, first_played_at, last_played_at,
           all_plays, all_ms, total
    FROM listed CROSS JOIN everything {joined} ORDER BY listed.rank
"""
BEFORE = """
    LEFT JOIN (
        SELECT item_id, row_number() OVER (ORDER BY {order}, name, item_id) AS rank FROM ({items}) items
        WHERE item_id IS NOT NULL
    ) earlier USING (item_id)
"""


Name = TypeVar("Name")
Limit = Annotated[int, Meta(ge=1, le=1000), says("The maximum number to list; `total` says how many there are.")]
RankBefore = Annotated[
    Rank | None,
    says(
        "The rank in the period before, or in the same part of it if this one is not over; null if it was not played "
        "then."
    ),
]
SongCount = Annotated[
    Count, says("How many different songs of it were played: the same recording under several ids counts once.")
]


class ItemRecord(Struct, frozen=True):
    """An item, with the totals of all items."""

    rank: int
    rank_before: int | None
    item_id: int
    songs: int
    plays: int
    ms: int
    first_played_at: datetime
    last_played_at: datetime
    all_plays: int
    all_ms: int
    total: int

    def share(self, by: By) -> float:
        if by == "plays":
            return self.plays / self.all_plays
        return self.ms / self.all_ms if self.all_ms else 0.0


class Ranked(NamedTuple):
    """An artist or an album as its answer shows it, without its name.

    `share` is of all plays, or of all listening time, in the period. `rank_before` is also None if there is no period
    before.
    """

    rank: int
    rank_before: int | None
    id: int
    tracks: int
    plays: int
    ms_played: int
    share: float
    first_played_at: str
    last_played_at: str

    def named(self, name: Name) -> tuple[int, int | None, int, Name, int, int, int, float, str, str]:
        """The members of the answer in order, with the artist or album after its id."""
        return (*self[:3], name, *self[3:])


class Ranking(NamedTuple):
    """`total` is the number of all items, including those not listed."""

    total: int
    items: list[Ranked]


def ranking(scope: Scope, kind: Kind, by: By, limit: int) -> Ranking:
    """The first `limit` artists or albums; ties are ordered by name. One query."""
    top = items_of_heard(scope, kind, by, f"({by_track('before_', of_many=True)}) heard {OWN_TRACK}")
    sql = f"WITH heard AS MATERIALIZED ({heard_ids(of_many=True)}) SELECT * FROM ({top}) top ORDER BY rank"
    return ranked(records(ItemRecord, sql, scope.values_with_before() | {"limit": limit}), by)


def items_of_heard(scope: Scope, kind: Kind, by: By, heard_before: str) -> str:
    """SQL for the items in `heard`, which has rows of heard_ids.

    `heard_before` is the FROM clause for those of the period before, with the library as `own`.
    """
    order, of = ORDERS[by], {"item": kind.key, "name": kind.name}
    name = ", {name} AS name".format(**of)
    then = BEFORE.format(order=order, items=ITEMS.format(heard=heard_before, more=name, apart="", **of))
    return TOP.format(
        items=ITEMS_OF_SONGS.format(**of),
        head=HEAD.format(
            rows="items WHERE item_id IS NOT NULL",
            order=order,
            id="item_id",
            column=kind.key.removeprefix("own."),
            **of,
        ),
        rank_before="earlier.rank" if scope.before else "NULL",
        joined=then if scope.before else "",
    )


def ranked(items: Sequence[ItemRecord], by: By) -> Ranking:
    return Ranking(items[0].total if items else 0, [_ranked(item, by) for item in items])


def _ranked(item: ItemRecord, by: By) -> Ranked:
    return Ranked(
        item.rank,
        item.rank_before,
        item.item_id,
        item.songs,
        item.plays,
        item.ms,
        round(item.share(by), 6),
        moment(item.first_played_at),
        moment(item.last_played_at),
    )
