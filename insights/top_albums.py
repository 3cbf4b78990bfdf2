"""The albums that were heard most: by plays or by time, with what they were before."""

from dataclasses import dataclass

from insights.item_kinds import ALBUM
from insights.item_names import KnownAlbum, known_albums
from insights.parameters import By
from insights.ranking import Ranked, ranking
from insights.scope import Scope


@dataclass(frozen=True, slots=True)
class TopAlbums:
    """`total` is how many there are in all."""

    total: int
    albums: tuple[tuple[Ranked, KnownAlbum], ...]


def top_albums(scope: Scope, by: By, limit: int) -> TopAlbums:
    """The first `limit`; two queries."""
    found = ranking(scope, ALBUM, by, limit)
    names = known_albums(scope.account_id, (item.id for item in found.items))
    return TopAlbums(found.total, tuple((item, names[item.id]) for item in found.items))
