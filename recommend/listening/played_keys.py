"""The keys of all songs that a listener ever played: tens of thousands, of which a list needs a few hundred."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from recommend.listening.names import artist_key, song_key


class Library(Set[str]):
    """A set of song keys. Those of `titles` (original spelling, by artist) are computed when their artist is needed."""

    def __init__(self, keys: Iterable[str] = (), titles: Mapping[str, Sequence[str]] | None = None) -> None:
        self._keys: defaultdict[str, set[str]] = defaultdict(set)
        self._written: defaultdict[str, list[str]] = defaultdict(list)
        self._titles = titles or {}
        for key in keys:
            self._keys[key.partition("\x1f")[0]].add(key)
        for artist in self._titles:
            self._written[artist_key(artist)].append(artist)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str):
            return False
        artist = key.partition("\x1f")[0]
        self._compute(artist)
        return key in self._keys.get(artist, ())

    def __iter__(self) -> Iterator[str]:
        for artist in list(self._written):
            self._compute(artist)
        return (key for keys in self._keys.values() for key in keys)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def count(self, artist: str) -> int:
        """Roughly how many songs of an artist (by key) were played: versions without computed keys count separately."""
        not_computed = sum(len(self._titles[name]) for name in self._written.get(artist, ()))
        return not_computed + len(self._keys.get(artist, ()))

    def _compute(self, artist: str) -> None:
        for name in self._written.pop(artist, ()):
            self._keys[artist].update(song_key(name, title) for title in self._titles[name])
