"""The keys of all songs that a listener ever played: tens of thousands, of which a list needs a few hundred."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from recommend.listening.names import artist_key, song_key
from recommend.listening.spellings import spelled, spelling_key


class Library(Set[str]):
    """A set of song keys. Those of `titles` (original spelling, by artist) are computed when their artist is needed."""

    def __init__(self, keys: Iterable[str] = (), titles: Mapping[str, Sequence[str]] | None = None) -> None:
        self._keys: defaultdict[str, set[str]] = defaultdict(set)
        self._written: defaultdict[str, list[str]] = defaultdict(list)
        self._titles = titles or {}
        for key in keys:
            self._keys[key.partition("\x1f")[0]].add(key)
        self._spelled: dict[str, frozenset[str]] = {}
        self.artist_keys = {artist: artist_key(artist) for artist in self._titles}
        for artist, key in self.artist_keys.items():
            self._written[key].append(artist)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str):
            return False
        artist = key.partition("\x1f")[0]
        self._compute(artist)
        return key in self._keys.get(artist, ())

    def has_spelling(self, key: str) -> bool:
        """Whether a song was played under this key or another spelling of its names."""
        if key in self:
            return True
        wanted = spelling_key(key)
        return any(wanted in self._spellings(artist) for artist in self._alike.get(wanted.partition("\x1f")[0], ()))

    def __iter__(self) -> Iterator[str]:
        for artist in list(self._written):
            self._compute(artist)
        return (key for keys in self._keys.values() for key in keys)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def count(self, artist: str) -> int:
        """Roughly how many songs of an artist (by key) were played: versions without computed keys count separately."""
        computed = len(self._keys.get(artist, ()))
        names = self._written.get(artist)
        return computed + sum([len(self._titles[name]) for name in names]) if names else computed

    @cached_property
    def _alike(self) -> Mapping[str, Sequence[str]]:
        """The keys of artists by spelling."""
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for artist in {*self._keys, *self._written}:
            alike[spelled(artist)].append(artist)
        return alike

    def _spellings(self, artist: str) -> frozenset[str]:
        if artist not in self._spelled:
            self._compute(artist)
            self._spelled[artist] = frozenset(map(spelling_key, self._keys.get(artist, ())))
        return self._spelled[artist]

    def _compute(self, artist: str) -> None:
        for name in self._written.pop(artist, ()):
            self._keys[artist].update(song_key(name, title) for title in self._titles[name])
