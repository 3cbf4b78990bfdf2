"""The playlists and libraries of the demo's listeners, made from what they have played and from other music."""

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from demo.fake_library import FakeSavedAlbum
from demo.fake_shelf import FakeItem, item_of
from demo.fake_spotify import FakeSpotify
from demo.household import Member
from demo.listener import Heard
from music import Artist, Track

# They contain what was played until then, so that every start makes the same ones.
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
EVERY_RESTRICTED, EVERY_GONE = 14, 60  # one in this many songs can no longer be played
LOCAL = "spotify:local:The+Basement+Tapes:Demos:First+Take:187"
SHARED = "Kitchen"


def fill_shelves(fake: FakeSpotify, members: Sequence[Member]) -> None:
    """Give playlists and a library to those who have listened for years, and a shared playlist to two of them."""
    fans = [member for member in members if member.export and member.connects]
    for member in fans:
        _Shelf(fake, member).fill()
    if len(fans) > 1:
        _share(fake, fans[0], fans[1])


def _share(fake: FakeSpotify, owner: Member, guest: Member) -> None:
    items = [item for member in (owner, guest) for item in _Shelf(fake, member).favourites(12)]
    _add(fake, owner.username, SHARED, random.Random(SHARED).sample(items, len(items)))  # nosec B311
    shared = fake.playlists.by_id[_id(owner.username, SHARED)]
    shared.collaborative = True
    fake.playlists.follow(guest.username, shared.id)


def _id(*words: str) -> str:
    """An id that is the same at every start, and as long as Spotify's."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:22]


def _add(fake: FakeSpotify, owner: str, name: str, items: Sequence[FakeItem], *, public: bool = False) -> None:
    fake.playlists.add(owner, name, public=public, playlist_id=_id(owner, name)).fill(items)


class _Shelf:
    """The playlists and the library of one listener."""

    def __init__(self, fake: FakeSpotify, member: Member) -> None:
        self.fake, self.name, self.catalogue = fake, member.username, member.catalogue
        self.rng = random.Random(f"shelf of {member.username}")  # made-up playlists  # nosec B311
        self.heard = [play for play in member.heard(UNTIL) if play.track]
        self.plays = Counter(play.track for play in self.heard if play.track)

    def fill(self) -> None:
        favourites = self.favourites(120)
        summer = [play for play in self.heard if play.ended_at.month in {6, 7, 8}]
        first_summer = [play for play in summer if play.ended_at.year == summer[0].ended_at.year]
        _add(self.fake, self.name, "Everything good", [*favourites, *self.rng.sample(favourites, 6)], public=True)
        _add(self.fake, self.name, "Evenings", self.rng.sample(favourites, 35), public=True)
        _add(self.fake, self.name, f"Summer {summer[0].ended_at.year}", self._items(first_summer)[:40])
        _add(self.fake, self.name, "To listen", self._unheard(30))
        _add(self.fake, self.name, "From my own files", [FakeItem(LOCAL, UNTIL, self.name), *favourites[:3]])
        self._fill_library(favourites)
        self._take_away([*favourites, *self._items(first_summer)])

    def favourites(self, count: int) -> list[FakeItem]:
        tracks = [track for track, _ in self.plays.most_common(count * 2)]
        return [self._item(track) for track in self.rng.sample(tracks, min(count, len(tracks)))]

    def _items(self, heard: Sequence[Heard]) -> list[FakeItem]:
        """The tracks, in the order in which they were first played."""
        first = {play.track: play.ended_at for play in reversed(heard) if play.track}
        return [item_of(track, at.replace(microsecond=0), self.name) for track, at in reversed(first.items())]

    def _item(self, track: Track) -> FakeItem:
        return item_of(track, UNTIL - timedelta(days=self.rng.randrange(1, 900)), self.name)

    def _unheard(self, count: int) -> list[FakeItem]:
        tracks = [track for track in self.catalogue.tracks.values() if track not in self.plays]
        return [self._item(track) for track in self.rng.sample(tracks, count)]

    def _fill_library(self, favourites: Sequence[FakeItem]) -> None:
        library = self.fake.library
        liked = [*self.rng.sample(list(favourites), 60), *self._unheard(25)]
        library.liked[self.name] = sorted(liked, key=lambda item: item.added_at or UNTIL, reverse=True)
        albums = {item.track.album: item for item in favourites if item.track and item.track.album}
        library.albums[self.name] = [
            FakeSavedAlbum(album, item.added_at or UNTIL, self.rng.randint(6, 13))
            for album, item in list(albums.items())[:24]
        ]
        library.artists[self.name] = [*self._artists(favourites), *self.rng.sample(list(self.catalogue.unheard), 4)]

    def _artists(self, favourites: Sequence[FakeItem]) -> list[Artist]:
        return list(dict.fromkeys(item.track.artists[0] for item in favourites if item.track))[:30]

    def _take_away(self, items: Sequence[FakeItem]) -> None:
        """Make some songs unplayable, mostly those with another edition that can be played instead."""
        isrcs = Counter(track.isrc for track in self.catalogue.tracks.values())
        for item in items:
            number = int(hashlib.sha256(item.uri.encode()).hexdigest()[:8], 16)
            has_edition = item.track is not None and isrcs[item.track.isrc] > 1
            if number % EVERY_GONE == 0:
                self.fake.playlists.shelf.gone.add(item.uri)
            elif number % EVERY_RESTRICTED == 0 or (has_edition and number % 2):
                self.fake.playlists.shelf.restricted[item.uri] = "market"
