"""`unheard_by_artist`: unheard songs by artists whom the listener plays now, or explores more and more."""

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
from recommend.proposals.ranking import best_of

ARTISTS = 400  # whose songs are considered
FOUND_LATELY = NEWNESS_HALF_LIFE.days / 14  # the power of newness that halves every 14 days
FINDING_MORE = 2.0  # recently discovered songs that are worth mentioning
# The chance of an unheard song among its artist's: the most popular one, one of an album's first four, any other. For
# comparison: the best songs that others here play get about .7.
POPULAR, EARLY, LATER, FIRST_TRACKS = 0.6, 0.3, 0.15, 4
FAR_OFF, CATALOGUE = 0.02, 20.0  # the closeness of a song near no loved one; how many songs share the chance
popular = partial(tracks, measure="popularity")


class Unheard(NamedTuple):
    """A song with its chance among those of its artist, about 0 to 1; `source` is where it comes from."""

    chance: float
    name: str
    artist: str
    source: str
    track_id: int | None = None
    uri: str | None = None
    album: str | None = None


def candidates(context: Context, limit: int) -> list[Candidate]:
    """By how much the listener plays and explores the artist now, times the song's chance. Raises MalformedAnswer.

    Plays are halved every 7 days, first plays of songs every 14; the logarithm of each counts. Artists whose songs are
    often abandoned count less. If several sources have a song, its best chance counts.
    """
    affinity = _affinity(context)
    ranked = best_of(list(affinity), list(affinity.values()), ARTISTS, str)
    artists = {key: context.artists[key] for key in sorted(ranked)}
    songs = [
        (-round(affinity[key] * song.chance, 9), song.name, key, song)
        for source in (_played_here, _popular, _on_albums)
        for key, song in source(context, artists)
    ]
    best = nsmallest(4 * max(limit, 0), songs, key=_place)  # a song comes from at most four sources
    return best_new(context, (_candidate(artists[key], -score, song) for score, _, key, song in best), limit)


def _place(ranked: tuple[float, str, str, Unheard]) -> tuple[object, ...]:
    """A sort key in which, among equals, more complete songs come first; None cannot be compared."""
    score, name, key, song = ranked
    return score, name, key, tuple((value is None, 0 if value is None else value) for value in song)


def _affinity(context: Context) -> dict[str, float]:
    affinity = {}
    for key, artist in context.artists.items():
        if is_known(context, key):
            heard = len(artist.songs) + context.faint.get(key, 0)
            affinity[key] = round(_interest(artist) * min(1.0, (heard + 1) / (context.library.count(key) + 1)), 9)
    return affinity


def _interest(artist: KnownArtist) -> float:
    return log1p(sum([song.tomorrow for song in artist.songs])) + log1p(_found_lately(artist))


def _found_lately(artist: KnownArtist) -> float:
    return sum([float(song.newness**FOUND_LATELY) for song in artist.songs])


def _played_here(context: Context, artists: Mapping[str, KnownArtist]) -> Iterator[tuple[str, Unheard]]:
    """Songs that others here play, especially around those that the listener loves; none if too few agreed to share."""
    house = context.house
    if not house.has_enough_besides(context.account_id):
        return
    near = context.beside.closeness
    for key in artists:
        numbers = [number for number in house.by_artist.get(key, ()) if house.keys[number] not in context.library]
        share = sqrt(sqrt(sum(house.liking[number] for number in numbers) + CATALOGUE))
        for number in numbers:
            song, fits = house.songs[number], near.get(number, 0.0) + FAR_OFF
            chance = sqrt(sqrt(house.liking[number] * fits)) / share
            yield key, Unheard(chance, song.name, song.artist, "house", song.id, album=song.album)


def _popular(context: Context, artists: Mapping[str, KnownArtist]) -> Iterator[tuple[str, Unheard]]:
    answers = context.cached("artist_tracks", list(artists))
    for key in artists:
        for track in agreed(answers.get(key, ()), popular):
            if track.artist_key == key:
                yield key, _unheard(POPULAR * sqrt(track.score), track, " and ".join(track.services))


def _on_albums(context: Context, artists: Mapping[str, KnownArtist]) -> Iterator[tuple[str, Unheard]]:
    """The first tracks of the album that the listener knows best come before all others."""
    uris = {uri: key for key, uri in _albums(context.cached("discography", list(artists)), artists)}
    by_artist = albums_of_each(context.cached("album_tracks", sorted(uris)), uris)
    for key, albums in by_artist.items():
        best = min(albums, key=lambda album: (-_known_of(context, album), album.uri), default=None)
        for album in albums:
            for place, track in enumerate(album.tracks):
                if track.artist_key == key:
                    chance = EARLY if album is best and place < FIRST_TRACKS else LATER
                    yield key, _unheard(chance, track, track.services[0])


def _albums(
    answers: Mapping[str, Sequence[Cached]], artists: Mapping[str, KnownArtist]
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """The key of each artist with the URIs of their albums."""
    for key in artists:
        for release in (release for answer in answers.get(key, ()) for release in releases(answer)):
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
