"""What was heard that is not music: podcasts' episodes and audiobooks' chapters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from db.connection import rows
from insights.scope import Scope
from music import name_key

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
TOTALS = f"SELECT kind, sum(plays)::bigint, sum(ms)::bigint, count(*) FROM ({NAMED}) heard GROUP BY kind"
# A show or a book is known by its name only; of its spellings that heard last is shown.
SHOWS = f"""
    SELECT kind, show_name, sum(plays)::bigint, sum(ms)::bigint, count(*), min(first_played_at), max(last_played_at)
    FROM ({NAMED}) heard WHERE show_name IS NOT NULL
    GROUP BY kind, show_name ORDER BY max(last_played_at) DESC, show_name COLLATE "C"
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


ORDERS: dict[str, Callable[[TopShow], Any]] = {
    "plays": lambda show: (-show.plays, -show.ms_played, show.name),
    "time": lambda show: (-show.ms_played, -show.plays, show.name),
}


def podcasts(scope: Scope, by: str, limit: int) -> Podcasts:
    """The first `limit` of each list, shows and books ranked by "plays" or by "time"; three queries."""
    values = scope.values() | {"limit": limit}
    shows = _shows(rows(SHOWS, **values), by)
    totals = {
        kind: SpokenTotals(plays, ms, len(shows[kind]), parts) for kind, plays, ms, parts in rows(TOTALS, **values)
    }
    return Podcasts(
        {kind: totals.get(kind, SpokenTotals(0, 0, 0, 0)) for kind in KINDS},
        {kind: tuple(shows[kind][:limit]) for kind in KINDS},
        tuple(HeardEpisode(*columns) for columns in rows(LATEST, **values)),
    )


def _shows(spelled: Sequence[tuple[Any, ...]], by: str) -> dict[str, list[TopShow]]:
    """All of each kind in their order, whose spellings are added up under the one that is given first."""
    found: dict[str, dict[str, TopShow]] = {kind: {} for kind in KINDS}
    for kind, *columns in spelled:
        show = TopShow(0, *columns)
        of_kind, key = found[kind], name_key(show.name)
        of_kind[key] = _together(of_kind[key], show) if key in of_kind else show
    return {
        kind: [replace(show, rank=rank) for rank, show in enumerate(sorted(of_kind.values(), key=ORDERS[by]), 1)]
        for kind, of_kind in found.items()
    }


def _together(one: TopShow, other: TopShow) -> TopShow:
    return replace(
        one,
        plays=one.plays + other.plays,
        ms_played=one.ms_played + other.ms_played,
        parts=one.parts + other.parts,
        first_played_at=min(one.first_played_at, other.first_played_at),
    )
