"""`unheard_by_artist`: what the listener has not heard yet by artists whom they play now, or find more and more of."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from heapq import nsmallest
from math import log1p, sqrt
from typing import NamedTuple

from recommend.listening.candidates import Candidate
from recommend.listening.context import Cached, Context
from recommend.listening.library_items import KnownArtist
from recommend.listening.songs import NEWNESS_HALF_LIFE
from recommend.proposals.naming import times
from recommend.proposals.novelty import best_new, is_known
from recommend.proposals.payloads import AlbumTracks, Track, agreed, albums_of_each, releases, tracks

ARTISTS = 400  # whose songs are looked at
FOUND_LATELY = NEWNESS_HALF_LIFE.days / 14  # the power of newness that halves every 14 days
FINDING_MORE = 2.0  # songs found lately from which on it is worth telling
# The chance of an unheard song among its artist's: the most popular one, one of the first four of an album, another.
# Beside songs that others here play, of which the best get about .7.
POPULAR, EARLY, LATER, FIRST_TRACKS = 0.6, 0.3, 0.15, 4
FAR_OFF, CATALOGUE = 0.02, 20.0  # the closeness of what is beside nothing loved; from where on many share the chance
popular = partial(tracks, measure="popularity")


class Unheard(NamedTuple):
    """A song with its chance, about 0 to 1, among those of its artist; `source` says who knows of it."""

    chance: float
    name: str
    artist: str
    source: str
    track_id: int | None = None
    uri: str | None = None
    album: str | None = None


def candidates(context: Context, limit: int) -> list[Candidate]:
    """How much an artist is played and found now, times the chance of each of their unheard songs. Raises Rubbish.

    Plays are halved every 7 days, songs found for the first time every 14; of either the logarithm counts. Artists
    whose songs are often given up count less. Of what several sources say of a song, the best chance counts.
    """
    affinity = _affinity(context)
    ranked = nsmallest(ARTISTS, affinity, key=lambda key: (-affinity[key], key))
    known = {key: context.artists[key] for key in sorted(ranked)}
    found = [
        (-round(affinity[key] * song.chance, 9), song.name, key, song)
        for source in (_played_here, _popular, _on_albums)
        for key, song in source(context, known)
    ]
    best = nsmallest(4 * max(limit, 0), found, key=_place)  # a song comes from four sources at most
    return best_new(context, (_candidate(known[key], -score, song) for score, _, key, song in best), limit)


def _place(ranked: tuple[float, str, str, Unheard]) -> tuple[object, ...]:
    """Of equals what has more to it first; None has no order of its own."""
    score, name, key, song = ranked
    return score, name, key, tuple((value is None, 0 if value is None else value) for value in song)


def _affinity(context: Context) -> dict[str, float]:
    found = {}
    for key, artist in context.artists.items():
        if is_known(context, key):
            heard = len(artist.songs) + context.faint.get(key, 0)
            found[key] = round(_interest(artist) * min(1.0, (heard + 1) / (context.library.count(key) + 1)), 9)
    return found


def _interest(artist: KnownArtist) -> float:
    return log1p(sum(song.tomorrow for song in artist.songs)) + log1p(_found_lately(artist))


def _found_lately(artist: KnownArtist) -> float:
    return sum(float(song.newness**FOUND_LATELY) for song in artist.songs)


def _played_here(context: Context, known: Mapping[str, KnownArtist]) -> Iterator[tuple[str, Unheard]]:
    """What others here play, most of all around what the listener loves; none where too few agreed to it."""
    house = context.house
    if not house.has_enough_besides(context.account_id):
        return
    near = context.beside.closeness
    for key in known:
        numbers = [number for number in house.by_artist.get(key, ()) if house.keys[number] not in context.library]
        share = sqrt(sqrt(sum(house.liking[number] for number in numbers) + CATALOGUE))
        for number in numbers:
            song, fits = house.songs[number], near.get(number, 0.0) + FAR_OFF
            chance = sqrt(sqrt(house.liking[number] * fits)) / share
            yield key, Unheard(chance, song.name, song.artist, "house", song.id, album=song.album)


def _popular(context: Context, known: Mapping[str, KnownArtist]) -> Iterator[tuple[str, Unheard]]:
    answers = context.cached("artist_tracks", list(known))
    for key in known:
        for track in agreed(answers.get(key, ()), popular):
            if track.artist_key == key:
                yield key, _unheard(POPULAR * sqrt(track.score), track, " and ".join(track.services))


def _on_albums(context: Context, known: Mapping[str, KnownArtist]) -> Iterator[tuple[str, Unheard]]:
    """The first tracks of the album of which the listener knows most come before all others."""
    uris = {uri: key for key, uri in _albums(context.cached("discography", list(known)), known)}
    found = albums_of_each(context.cached("album_tracks", sorted(uris)), uris)
    for key, albums in found.items():
        best = min(albums, key=lambda album: (-_known_of(context, album), album.uri), default=None)
        for album in albums:
            for place, track in enumerate(album.tracks):
                if track.artist_key == key:
                    chance = EARLY if album is best and place < FIRST_TRACKS else LATER
                    yield key, _unheard(chance, track, track.services[0])


def _albums(
    answers: Mapping[str, Sequence[Cached]], known: Mapping[str, KnownArtist]
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """The key of each artist with the URIs of their albums."""
    for key in known:
        for release in (release for said in answers.get(key, ()) for release in releases(said)):
            if release.kind == "album":
                yield key, release.uri


def _known_of(context: Context, album: AlbumTracks) -> int:
    return sum(context.knows(track.key, track.id) for track in album.tracks)


def _unheard(chance: float, track: Track, source: str) -> Unheard:
    return Unheard(chance, track.name, track.artist, source, uri=track.id, album=track.album)


def _candidate(artist: KnownArtist, score: float, song: Unheard) -> Candidate:
    return Candidate(
        kind="deeper",
        name=song.name,
        artist=song.artist,
        score=score,
        code="unheard_by_artist",
        reason=_reason(artist),
        evidence={"artist": artist.key, "plays_in_month": artist.month, "source": song.source},
        track_id=song.track_id,
        uri=song.uri,
        album=song.album,
    )


def _reason(artist: KnownArtist) -> str:
    when = " this month" if artist.month else ""
    more = ", and are finding more of theirs lately" if _found_lately(artist) >= FINDING_MORE else ""
    return f"Because you played {artist.name} {times(artist.month or artist.plays)}{when}{more}"
