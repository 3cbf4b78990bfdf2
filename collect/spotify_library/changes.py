"""Compare a playlist with what is stored of it: which items stayed, were added or were removed.

A place in a playlist has no id of its own, so it is recognised by its song and by when and by whom it was added. Two
things are no change: Spotify relinks a song, which then has another URI; or the song leaves the catalogue, and its
place is empty. Whole albums are often added in one moment, so several places can look alike.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from db.spotify_library.playlists import AddedItem, ItemChanges, KeptItem, StoredItem
from music import name_key, standard_isrc
from spotify.library_reading import ListedItem

Place = tuple[int, ListedItem]


def item_changes(stored: Sequence[StoredItem], listed: Sequence[ListedItem]) -> ItemChanges:
    """The changes that turn the stored items into the listed ones."""
    comparison = _Comparison(list(stored), list(enumerate(listed)))
    comparison.match(lambda item: (item.uri, _added(item)), lambda item: (_uri(item), _added(item)))
    comparison.match(
        lambda item: (item.isrc, _added(item)) if item.isrc else None,
        lambda item: (_isrc(item), _added(item)) if _isrc(item) else None,
    )
    comparison.match(
        lambda item: (item.title_key, item.artist_key, _added(item)) if item.title_key else None,
        lambda item: (*_names(item), _added(item)) if item.track and item.track.name else None,
    )
    comparison.match_emptied()
    return comparison.changes()


@dataclass
class _Comparison:
    """`stored` and `listed` are what is left to compare."""

    stored: list[StoredItem]
    listed: list[Place]
    kept: list[KeptItem] = field(default_factory=list)

    def match(self, key_of: Callable[[StoredItem], Hashable], key_of_listed: Callable[[ListedItem], Hashable]) -> None:
        """Recognise items with the same key, in their order; None is no key."""
        waiting = defaultdict[Hashable, list[StoredItem]](list)
        for stored in reversed(self.stored):
            waiting[key_of(stored)].append(stored)
        waiting.pop(None, None)
        left = list[Place]()
        for place, listed in self.listed:
            if same_key := waiting.get(key_of_listed(listed)):
                self._keep(same_key.pop(), place, listed)
            else:
                left.append((place, listed))
        self._reduce(left)

    def match_emptied(self) -> None:
        """Recognise places that are empty now if it is certain what was in them: if as many items are missing."""
        missing, empty = defaultdict[Hashable, list[StoredItem]](list), defaultdict[Hashable, list[Place]](list)
        for stored in self.stored:
            missing[_added(stored)].append(stored)
        for place, listed in self.listed:
            if listed.track is None:
                empty[_added(listed)].append((place, listed))
        for key, places in empty.items():
            if len(places) == len(missing[key]):
                for stored, (place, listed) in zip(missing[key], places, strict=True):
                    self._keep(stored, place, listed)
        kept = {item.place for item in self.kept}
        self._reduce([each for each in self.listed if each[0] not in kept])

    def _keep(self, stored: StoredItem, place: int, listed: ListedItem) -> None:
        self.kept.append(KeptItem(stored.id, place, _uri(listed) or stored.uri, listed.track is None))

    def _reduce(self, listed: list[Place]) -> None:
        kept = {item.id for item in self.kept}
        self.stored, self.listed = [each for each in self.stored if each.id not in kept], listed

    def changes(self) -> ItemChanges:
        added = [AddedItem(place, _uri(each), each.added_at, each.added_by) for place, each in self.listed]
        return ItemChanges(sorted(self.kept, key=lambda item: item.place), added, [each.id for each in self.stored])


def _added(item: StoredItem | ListedItem) -> Hashable:
    return item.added_at, item.added_by


def _uri(item: ListedItem) -> str | None:
    return item.track.uri if item.track else None


def _isrc(item: ListedItem) -> str | None:
    return standard_isrc(item.track.isrc) if item.track else None


def _names(item: ListedItem) -> Iterator[str | None]:
    track = item.track
    yield name_key(track.name) if track and track.name else None
    yield name_key(track.artists[0].name) if track and track.artists else None
