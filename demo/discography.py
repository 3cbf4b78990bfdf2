"""Everything the invented artists have released: the catalogue, more tracks, and something new every year."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from demo.catalogue import Catalogue, made_up_title
from music import Album, Artist, Track

FIRST_NEW = date(2025, 1, 1)  # older music is in the catalogue
ANSWERS = 5000  # cached ones: of all artists today and tomorrow
OWNED = 20, 18  # letters that an id shares with its album's, or for new albums with its artist's


@dataclass(frozen=True)
class Released:
    album: Album
    kind: str  # as Spotify's album_type
    tracks: tuple[Track, ...]


class Discographies:
    """Ids of music outside the catalogue begin with their album's or artist's id, so every run can look them up."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.tracks = catalogue.by_artist | catalogue.unheard  # by artist
        self.artists = {str(artist.spotify_id): artist for artist in self.tracks}
        self._by_name = {artist.name.lower(): artist for artist in reversed(self.tracks)}
        self._owners = {str(artist.spotify_id)[:18]: artist for artist in self.tracks}
        for artist, tracks in self.tracks.items():
            self._owners |= {str(track.uri)[-22:]: artist for track in tracks}
            self._owners |= {str(track.album.spotify_id)[:20]: artist for track in tracks if track.album}

    def artist_named(self, name: str) -> Artist | None:
        return self._by_name.get(name.lower())

    def of(self, artist: Artist, today: date) -> tuple[Released, ...]:
        """Releases up to `today`, the newest first."""
        return _released(self, artist, today)

    def best_known(self, artist: Artist, today: date) -> tuple[Track, ...]:
        """All tracks, the most popular first, including some that no listener has played."""
        return _best_known(self, artist, today)

    def album(self, spotify_id: str, today: date) -> Released | None:
        artist = self._owner(spotify_id)
        released = self.of(artist, today) if artist else ()
        return next((release for release in released if release.album.spotify_id == spotify_id), None)

    def track(self, spotify_id: str, today: date) -> Track | None:
        artist = self._owner(spotify_id)
        tracks = (track for release in self.of(artist, today) for track in release.tracks) if artist else ()
        return next((track for track in tracks if str(track.uri)[-22:] == spotify_id), None)

    def _owner(self, spotify_id: str) -> Artist | None:
        prefixes = (spotify_id, *(spotify_id[:letters] for letters in OWNED))
        return next((self._owners[prefix] for prefix in prefixes if prefix in self._owners), None)

    def older(self, artist: Artist) -> Iterator[Released]:
        """The albums of the catalogue, with a few more tracks at the end that no listener has played."""
        albums: dict[Album, list[Track]] = {}
        for track in self.tracks[artist]:
            if track.album:
                albums.setdefault(track.album, []).append(track)
        for album, tracks in albums.items():
            if len(tracks) == 1:
                yield Released(album, "single", tuple(tracks))
            else:
                yield Released(album, "album", (*tracks, *_more(album, artist, f"{album.spotify_id}"[:20])))


@lru_cache(2)
def discographies(catalogue: Catalogue) -> Discographies:
    return Discographies(catalogue)


@lru_cache(ANSWERS)
def _released(known: Discographies, artist: Artist, today: date) -> tuple[Released, ...]:
    released = [*known.older(artist), *_later(artist, today)]
    return tuple(sorted(released, key=lambda one: (one.album.release_date or "", one.album.name), reverse=True))


@lru_cache(ANSWERS)
def _best_known(known: Discographies, artist: Artist, today: date) -> tuple[Track, ...]:
    tracks = sorted({track for one in known.of(artist, today) for track in one.tracks}, key=lambda t: str(t.uri))
    random.Random(f"fame {artist.spotify_id}").shuffle(tracks)  # made-up music  # nosec B311
    return tuple(tracks)


def _more(album: Album, artist: Artist, owner: str) -> Iterator[Track]:
    rng = random.Random(f"more of {album.spotify_id}")  # made-up music  # nosec B311
    for number in range(1, rng.randint(2, 5)):
        yield _track(rng, album, artist, f"{owner}{number:02}")


def _track(rng: random.Random, album: Album, artist: Artist, spotify_id: str) -> Track:
    isrc = f"QZZ{rng.randint(10, 99)}{rng.randint(0, 9_999_999):07}"
    return Track(
        made_up_title(rng), (artist,), album, f"spotify:track:{spotify_id}", rng.randint(120_000, 300_000), isrc
    )


def _later(artist: Artist, today: date) -> Iterator[Released]:
    """A single or an album every 200 to 500 days."""
    rng = random.Random(f"later {artist.spotify_id}")  # made-up music  # nosec B311
    day, number = FIRST_NEW + timedelta(days=rng.randrange(400)), 0
    while day <= today:
        yield _new(rng, artist, day, f"{artist.spotify_id}"[:18] + f"{number:02}")
        day, number = day + timedelta(days=rng.randint(200, 500)), number + 1


def _new(rng: random.Random, artist: Artist, day: date, owner: str) -> Released:
    kind, count = ("single", rng.randint(1, 2)) if rng.random() < 0.4 else ("album", rng.randint(5, 10))
    rng.getrandbits(160)  # once named a cover; the music after it stays the same
    album = Album(made_up_title(rng), (artist,), f"{owner}00", day.isoformat())
    return Released(album, kind, tuple(_track(rng, album, artist, f"{owner}{n:02}") for n in range(1, count + 1)))
