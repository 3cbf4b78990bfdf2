"""The artists that were heard most: by plays or by time, with what they were before."""

from dataclasses import dataclass

from insights.item_kinds import ARTIST
from insights.item_names import known_artists
from insights.ranking import Ranked, ranking
from insights.scope import Scope
from music import Artist


@dataclass(frozen=True, slots=True)
class TopArtists:
    """`total` is how many there are in all."""

    total: int
    artists: tuple[tuple[Ranked, Artist], ...]


def top_artists(scope: Scope, by: str, limit: int) -> TopArtists:
    """The first `limit`; a track is heard of its first artist, and one of "Various Artists" of none. Two queries."""
    found = ranking(scope, ARTIST, by, limit)
    names = known_artists(scope.account_id, (item.id for item in found.items))
    return TopArtists(found.total, tuple((item, names[item.id]) for item in found.items))
