"""What was heard that is not music: podcasts' episodes and audiobooks' chapters."""

from dataclasses import dataclass
from datetime import datetime

from db.connection import rows
from insights.ranking import ORDERS
from insights.scope import Scope

KINDS = ("episode", "chapter")

# How long an episode is, nobody tells: a play of unknown length counts as a short one at most, and adds no time.
HEARD = """
    SELECT episode_id, count(*) AS plays, coalesce(sum(ms_played), 0)::bigint AS ms, min(played_at) AS first_played_at,
           max(played_at) AS last_played_at
    FROM counted_play
    WHERE account_id = %(account_id)s AND episode_id IS NOT NULL AND played_at >= %(start)s AND played_at < %(end)s
      AND (ms_played >= %(min_ms)s OR ms_played IS NULL AND %(any_length)s)
    GROUP BY episode_id
"""
# What an episode is called, its listener's own exports say; of one without a URI that is all there is.
NAMED = f"""
    SELECT heard.*, kind, uri, coalesce(own.name, episode.name) AS name,
           coalesce(own.show_name, episode.show_name) AS show_name
    FROM ({HEARD}) heard JOIN episode ON episode.id = heard.episode_id
    LEFT JOIN account_episode own ON own.account_id = %(account_id)s AND own.episode_id = heard.episode_id
"""
# A show or a book is known by its name only.
TOTALS = f"""
    SELECT kind, sum(plays)::bigint, sum(ms)::bigint, count(DISTINCT show_name), count(*) FROM ({NAMED}) heard
    GROUP BY kind
"""
TOP = f"""
    SELECT * FROM (
        SELECT kind, row_number() OVER (PARTITION BY kind ORDER BY {{order}}, show_name COLLATE "C") AS rank, show_name,
               plays, ms, parts, first_played_at, last_played_at
        FROM (
            SELECT kind, show_name, sum(plays)::bigint AS plays, sum(ms)::bigint AS ms, count(*) AS parts,
                   min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at
            FROM ({NAMED}) heard WHERE show_name IS NOT NULL
            GROUP BY kind, show_name
        ) shows
    ) ranked WHERE rank <= %(limit)s ORDER BY rank
"""
LATEST = f"""
    SELECT kind, name, show_name, uri, plays, ms, first_played_at, last_played_at
    FROM ({NAMED}) heard
    ORDER BY last_played_at DESC, uri COLLATE "C", show_name COLLATE "C", name COLLATE "C", kind LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class SpokenTotals:
    """`shows` are podcasts or audiobooks, `parts` their episodes or chapters that were heard."""

    plays: int
    ms_played: int
    shows: int
    parts: int


@dataclass(frozen=True, slots=True)
class TopShow:
    """A podcast or an audiobook; `parts` are those of its episodes or chapters that were heard."""

    rank: int
    name: str
    plays: int
    ms_played: int
    parts: int
    first_played_at: datetime
    last_played_at: datetime


@dataclass(frozen=True, slots=True)
class HeardEpisode:
    """An "episode" or a "chapter" (`kind`); a name is None where only its URI was ever reported."""

    kind: str
    name: str | None
    show_name: str | None
    uri: str | None
    plays: int
    ms_played: int
    first_played_at: datetime
    last_played_at: datetime


@dataclass(frozen=True, slots=True)
class Podcasts:
    """`totals` and `top` by kind ("episode", "chapter"); `latest` of both, what was heard last first."""

    totals: dict[str, SpokenTotals]
    top: dict[str, tuple[TopShow, ...]]
    latest: tuple[HeardEpisode, ...]


def podcasts(scope: Scope, by: str, limit: int) -> Podcasts:
    """The first `limit` of each list, shows and books ranked by "plays" or by "time"; three queries."""
    values = scope.values() | {"limit": limit}
    totals = {kind: SpokenTotals(*counts) for kind, *counts in rows(TOTALS, **values)}
    top: dict[str, list[TopShow]] = {kind: [] for kind in KINDS}
    for kind, *columns in rows(TOP.format(order=ORDERS[by]), **values):
        top[kind].append(TopShow(*columns))
    return Podcasts(
        {kind: totals.get(kind, SpokenTotals(0, 0, 0, 0)) for kind in KINDS},
        {kind: tuple(shows) for kind, shows in top.items()},
        tuple(HeardEpisode(*columns) for columns in rows(LATEST, **values)),
    )
