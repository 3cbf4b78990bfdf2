"""Invented artists, albums and tracks; the same seed gives the same music."""

import random
import string
from collections.abc import Sequence
from dataclasses import dataclass

from music import Album, Artist, Track

BASE62 = string.digits + string.ascii_letters
ADJECTIVES = """Amber Broken Coastal Crimson Distant Electric Faded Gentle Golden Hollow Hidden Idle Inland Ivory Late
Lunar Marble Midnight Neon Northern Open Pale Paper Quiet Restless Rusty Salted Second Silent Silver Slow Small Solar
Southern Tender Velvet Violet Wandering Winter Wooden Young""".split()
NOUNS = """Anchor Arcade Atlas Avenue Balcony Bells Bicycle Birds Canals Cartographers Choir Circuit Coast Comet
Compass Engine Ferry Fields Foxes Gardens Ghosts Harbour Horizon Hotel Island Kites Ladder Lanterns Letters Lighthouse
Machines Maps Meridian Meteors Mirrors Motel Orchard Parade Pilots Planets Radio Railway Rivers Rooms Satellites
Shadows Signals Sleepers Sparrows Stations Swimmers Tides Towers Trams Valley Voices Weather Windows Wolves""".split()
VERBS = (
    "Calling Chasing Counting Drawing Finding Following Holding Keeping Leaving Losing Naming Reading Waking".split()
)


@dataclass(frozen=True)
class Catalogue:
    """`by_artist` has each artist's tracks in the order in which a listener discovers them.

    `unheard` has artists, with their tracks, that no simulated listener ever plays: music to recommend.
    """

    artists: tuple[Artist, ...]
    by_artist: dict[Artist, tuple[Track, ...]]
    tracks: dict[str, Track]  # by Spotify id
    unheard: dict[Artist, tuple[Track, ...]]

    def __hash__(self) -> int:
        """Hashable, so that what is computed from a catalogue can be cached."""
        return hash(self.artists)


def make_catalogue(seed: int = 1, artists: int = 900) -> Catalogue:
    """The music, with about 14 tracks per artist."""
    rng = random.Random(f"catalogue {seed}")  # made-up music  # nosec B311
    names = _names(rng, artists)
    people = tuple(Artist(name, _id(rng)) for name in names)
    by_artist = {artist: tuple(_tracks(rng, artist, people)) for artist in people}
    tracks = {str(track.uri)[-22:]: track for of_artist in by_artist.values() for track in of_artist}
    return Catalogue(people, by_artist, tracks, _unheard(seed, artists // 5, names))


def _unheard(seed: int, count: int, taken: Sequence[str]) -> dict[Artist, tuple[Track, ...]]:
    rng = random.Random(f"unheard {seed}")  # made-up music  # nosec B311
    people = [Artist(name, _id(rng)) for name in _names(rng, count, taken)]
    return {artist: tuple(_tracks(rng, artist, people)) for artist in people}


def _names(rng: random.Random, count: int, taken: Sequence[str] = ()) -> list[str]:
    names: dict[str, None] = dict.fromkeys(taken)
    while len(names) < count + len(taken):
        adjective, noun = rng.choice(ADJECTIVES), rng.choice(NOUNS)
        form = rng.choice(["The {a} {n}", "{a} {n}", "{n} & {m}", "{n} of {m}", "{a} {n} Club"])
        names[form.format(a=adjective, n=noun, m=rng.choice(NOUNS))] = None
    return list(names)[len(taken) :]


def _id(rng: random.Random) -> str:
    return "".join(rng.choices(BASE62, k=22))


def _tracks(rng: random.Random, artist: Artist, everybody: Sequence[Artist]) -> list[Track]:
    year, tracks = rng.randint(1975, 2022), list[Track]()
    for _ in range(rng.choice([1, 1, 2, 2, 3])):
        name = f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}"
        date = f"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        album = Album(name, (artist,), _id(rng), date)
        _skip_cover(rng)
        tracks += _album_tracks(rng, album, everybody)
        year = min(year + rng.randint(1, 4), 2024)
    return tracks


def _skip_cover(rng: random.Random) -> None:
    """Draw what once named a cover that does not exist, so that the music after it stays the same."""
    rng.getrandbits(160)


def _album_tracks(rng: random.Random, album: Album, everybody: Sequence[Artist]) -> list[Track]:
    tracks = []
    for _ in range(rng.randint(4, 11)):
        guest = (rng.choice(everybody),) if rng.random() < 0.06 else ()
        track = Track(
            name=made_up_title(rng) + (f" (feat. {guest[0].name})" if guest else ""),
            artists=tuple(dict.fromkeys(album.artists + guest)),
            album=album,
            uri=f"spotify:track:{_id(rng)}",
            duration_ms=min(max(int(rng.gauss(222_000, 55_000)), 90_000), 540_000),
            isrc=f"QZ{rng.choice('ABCDEFGH')}{rng.randint(10, 99)}{rng.randint(0, 9_999_999):07}",
        )
        tracks.append(track)
    if rng.random() < 0.3:  # the single came out first, under an id of its own
        tracks.insert(0, _single(rng, tracks[0]))
    return tracks


def _single(rng: random.Random, track: Track) -> Track:
    album = Album(track.title, track.artists[:1], _id(rng), track.album.release_date if track.album else None)
    _skip_cover(rng)
    return Track(track.name, track.artists, album, f"spotify:track:{_id(rng)}", track.duration_ms, track.isrc)


def made_up_title(rng: random.Random) -> str:
    form = rng.choice(["{a} {n}", "{v} the {n}", "{n}", "{v} {n}", "{a} {n}, {a2} {m}", "{n} in {m}"])
    return form.format(
        a=rng.choice(ADJECTIVES),
        a2=rng.choice(ADJECTIVES),
        n=rng.choice(NOUNS),
        m=rng.choice(NOUNS),
        v=rng.choice(VERBS),
    )
