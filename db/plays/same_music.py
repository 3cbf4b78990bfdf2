"""Which music (or which spoken item) a report tells of, and whether two reports tell of the same."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import NamedTuple, Protocol

from db.engine.connection import rows
from db.library.songs import TOLERANCE

# Nothing has so many names; whoever makes a file in which it does would have each compared with each.
MOST_NAMES = 20
# Of one ISRC are also movements that a label told apart by title and length only: where the lengths differ, names
# decide.
RECORDED = "SELECT id, isrc, duration_ms FROM track WHERE id = ANY(%s)"
TRACK_NAMES = f"""
    SELECT track_id, artist_key, title_key FROM (
        SELECT *, row_number() OVER (PARTITION BY track_id ORDER BY artist_key COLLATE "C", title_key COLLATE "C") AS no
        FROM (
            SELECT track_id, artist_key, title_key FROM reported_track
            WHERE account_id = (SELECT %(account)s::bigint) AND track_id = ANY(%(ids)s)
            UNION SELECT track_id, artist_key, title_key FROM track_name WHERE track_id = ANY(%(ids)s)
        ) named WHERE artist_key <> '' AND title_key <> ''
    ) numbered WHERE no <= {MOST_NAMES}
"""
EPISODE_NAMES = f"""
    SELECT episode_id, show, title FROM (
        SELECT *, row_number() OVER (PARTITION BY episode_id ORDER BY show COLLATE "C", title COLLATE "C") AS no
        FROM (
            SELECT id AS episode_id, lower(show_name) AS show, lower(name) AS title FROM episode WHERE id = ANY(%(ids)s)
            UNION SELECT episode_id, lower(show_name), lower(name) FROM reported_episode
            WHERE account_id = (SELECT %(account)s::bigint) AND episode_id = ANY(%(ids)s)
        ) named WHERE show IS NOT NULL AND title IS NOT NULL
    ) numbered WHERE no <= {MOST_NAMES}
"""


class Music(NamedTuple):
    """`keys` are the id and the names: one in common makes two the same. So does the ISRC, with about the same length
    in milliseconds. What has no key in common and no ISRC is something else, so `groups` brings together all that can
    be the same.
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


class TellsOfItem(Protocol):
    """What names a track or an episode by its number."""

    @property
    def track_id(self) -> int | None: ...
    @property
    def episode_id(self) -> int | None: ...


Item = tuple[int | None, int | None]  # a track's number, or else an episode's


def item_of(report: TellsOfItem) -> Item:
    return report.track_id, report.episode_id


def music_of(account_id: int, reports: Iterable[TellsOfItem]) -> dict[Item, Music]:
    """For each item that the reports tell of, by `item_of`, what is known of it."""
    items = set(map(item_of, reports))
    tracks = sorted({track_id for track_id, _ in items if track_id is not None})
    episodes = sorted({episode_id for _, episode_id in items if episode_id is not None})
    recorded = {track_id: (isrc, length) for track_id, isrc, length in rows(RECORDED, tracks)} if tracks else {}
    names = _names(TRACK_NAMES, account_id, tracks)
    spoken = _names(EPISODE_NAMES, account_id, episodes)
    return {
        (track_id, episode_id): Music(
            frozenset(_keys("track", track_id, names) | _keys("episode", episode_id, spoken)),
            *recorded.get(track_id, (None, None)),
        )
        for track_id, episode_id in items
    }


Names = dict[int, set[Hashable]]


def _names(statement: str, account_id: int, ids: Sequence[int]) -> Names:
    names: Names = defaultdict(set)
    for item_id, by, title in rows(statement, account=account_id, ids=ids) if ids else ():
        names[item_id].add((by, title))
    return names


def _keys(kind: str, item_id: int | None, names: Names) -> set[Hashable]:
    named: Collection[Hashable] = names.get(item_id, ()) if item_id is not None else ()
    return set() if item_id is None else {(kind, item_id), *((kind, "named", name) for name in named)}
