"""Identify the music (or spoken item) of reports, and decide whether two reports have the same."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import NamedTuple, Protocol

import msgspec

from db.engine.records import records
from db.library.songs import TOLERANCE

# Nothing has so many names. The limit keeps a forged file from having every name compared with every other.
MOST_NAMES = 20
# One ISRC may cover several movements, which the label distinguishes only by title and length; so names decide if
# the lengths differ.
RECORDINGS = "SELECT id, isrc, duration_ms FROM track WHERE id = ANY(%s)"
TRACK_NAMES = f"""
    SELECT track_id AS item_id, artist_key AS creator, title_key AS title FROM (
        SELECT *, row_number() OVER (PARTITION BY track_id ORDER BY artist_key COLLATE "C", title_key COLLATE "C") AS no
        FROM (
            SELECT track_id, artist_key, title_key FROM reported_track
            WHERE account_id = (SELECT %(account)s::bigint) AND track_id = ANY(%(ids)s)
            UNION SELECT track_id, artist_key, title_key FROM track_name WHERE track_id = ANY(%(ids)s)
        ) named WHERE artist_key <> '' AND title_key <> ''
    ) numbered WHERE no <= {MOST_NAMES}
"""
EPISODE_NAMES = f"""
    SELECT episode_id AS item_id, show AS creator, title FROM (
        SELECT *, row_number() OVER (PARTITION BY episode_id ORDER BY show COLLATE "C", title COLLATE "C") AS no
        FROM (
            SELECT id AS episode_id, lower(show_name) AS show, lower(name) AS title FROM episode WHERE id = ANY(%(ids)s)
            UNION SELECT episode_id, lower(show_name), lower(name) FROM reported_episode
            WHERE account_id = (SELECT %(account)s::bigint) AND episode_id = ANY(%(ids)s)
        ) named WHERE show IS NOT NULL AND title IS NOT NULL
    ) numbered WHERE no <= {MOST_NAMES}
"""


class Music(NamedTuple):
    """`keys` are the id and the names. Two items are the same if they share a key, or the ISRC and about the length.

    `length` is in milliseconds. Items that share nothing in `groups` are different.
    """

    keys: frozenset[Hashable]
    isrc: str | None = None
    length: int | None = None

    @property
    def groups(self) -> frozenset[Hashable]:
        return self.keys | {("isrc", self.isrc)} if self.isrc else self.keys

    def is_same(self, other: "Music") -> bool:
        return not self.keys.isdisjoint(other.keys) or (
            self.isrc is not None and self.isrc == other.isrc and _about_as_long(self.length, other.length)
        )


def _about_as_long(one: int | None, other: int | None) -> bool:
    return one is None or other is None or abs(one - other) <= TOLERANCE


class HasItem(Protocol):
    """A report with the id of a track or an episode."""

    @property
    def track_id(self) -> int | None: ...
    @property
    def episode_id(self) -> int | None: ...


Item = tuple[int | None, int | None]  # the id of a track, or else of an episode


class _Recording(msgspec.Struct, frozen=True):
    id: int
    isrc: str | None
    duration_ms: int | None


class _Name(msgspec.Struct, frozen=True):
    item_id: int
    creator: str
    title: str


def item_of(report: HasItem) -> Item:
    return report.track_id, report.episode_id


def music_of(account_id: int, reports: Iterable[HasItem]) -> dict[Item, Music]:
    """The music of the reports, by `item_of`."""
    items = set(map(item_of, reports))
    tracks = sorted({track_id for track_id, _ in items if track_id is not None})
    episodes = sorted({episode_id for _, episode_id in items if episode_id is not None})
    recordings = {track.id: track for track in records(_Recording, RECORDINGS, (tracks,))} if tracks else {}
    names = _names(TRACK_NAMES, account_id, tracks)
    episode_names = _names(EPISODE_NAMES, account_id, episodes)
    music: dict[Item, Music] = {}
    for track_id, episode_id in items:
        keys = frozenset(_keys("track", track_id, names) | _keys("episode", episode_id, episode_names))
        track = recordings.get(track_id) if track_id is not None else None
        music[track_id, episode_id] = Music(keys, track.isrc, track.duration_ms) if track else Music(keys)
    return music


Names = dict[int, set[Hashable]]


def _names(statement: str, account_id: int, ids: Sequence[int]) -> Names:
    names: Names = defaultdict(set)
    for name in records(_Name, statement, {"account": account_id, "ids": ids}) if ids else ():
        names[name.item_id].add((name.creator, name.title))
    return names


def _keys(kind: str, item_id: int | None, names: Names) -> set[Hashable]:
    named: Collection[Hashable] = names.get(item_id, ()) if item_id is not None else ()
    return set() if item_id is None else {(kind, item_id), *((kind, "named", name) for name in named)}
