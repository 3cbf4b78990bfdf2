"""Read services' cached answers, and skip malformed items."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from music import is_nobody, shown_name
from recommend.listening.context import Cached
from recommend.listening.names import artist_key, song_key

URI = re.compile(r"spotify:(?:track|album):[0-9A-Za-z]+")


class MalformedAnswer(Exception):
    """A cached answer does not have the expected structure: the code that stored it is wrong."""


@dataclass(frozen=True, slots=True)
class Similar:
    """An artist that `services` name; `score` is from 0 to 1."""

    name: str
    id: str | None
    score: float
    services: tuple[str, ...]

    @property
    def key(self) -> str:
        return artist_key(self.name)


@dataclass(frozen=True, slots=True)
class Track:
    """A track that `services` name, with its Spotify URI if they know it; `score` is from 0 to 1."""

    name: str
    artist: str
    album: str | None
    id: str | None
    score: float
    services: tuple[str, ...]

    @property
    def key(self) -> str:
        return song_key(self.artist, self.name)

    @property
    def artist_key(self) -> str:
        return artist_key(self.artist)


@dataclass(frozen=True, slots=True)
class Release:
    """An album, a single or a compilation; `released` is a date, a month or a year."""

    uri: str
    name: str
    kind: str
    released: str


@dataclass(frozen=True, slots=True)
class AlbumTracks:
    """An album with its tracks in order, each song once."""

    uri: str
    name: str
    artist: str
    tracks: Sequence[Track]


Scored = TypeVar("Scored", Similar, Track)


def similar_artists(answer: Cached) -> list[Similar]:
    """The best first, each artist once. Raises MalformedAnswer."""
    artists = [
        Similar(item["name"], _text(item.get("mbid")), item["score"], (answer.service,))
        for item in _objects(answer, answer.payload)
        if _somebody(item.get("name")) and _is_share(item.get("score"))
    ]
    return _best_of_each(artists)


def tracks(answer: Cached, measure: Literal["score", "popularity"] = "score") -> list[Track]:
    """The best first, each song once. Raises MalformedAnswer."""
    named = (item for item in _named(answer, answer.payload) if _is_share(item.get(measure)))
    return _best_of_each([_track(answer, item, item[measure]) for item in named])


def releases(answer: Cached) -> list[Release]:
    """The releases in the order of the answer. Raises MalformedAnswer."""
    return [
        Release(uri, item["name"], item["kind"], item["released"])
        for item in _objects(answer, answer.payload)
        if (uri := _uri(item.get("uri"))) and all(_text(item.get(field)) for field in ("name", "kind", "released"))
    ]


def album_tracks(answer: Cached) -> AlbumTracks | None:
    """The album in an answer; None if the service does not know it. Raises MalformedAnswer."""
    album = answer.payload
    if album == []:
        return None
    if not isinstance(album, dict):
        raise MalformedAnswer(_complaint(answer, "an object with the album's tracks"))
    on_album = [_track(answer, item, 1.0) for item in sorted(_named(answer, album.get("tracks")), key=_place)]
    uri, name, artist = _uri(album.get("uri")), _text(album.get("name")), _text(album.get("artist"))
    if not (uri and name and artist):
        return None
    return AlbumTracks(uri, name, artist, _best_of_each(on_album))


def albums_of_each(answers: Mapping[str, Sequence[Cached]], whose: Mapping[str, str]) -> dict[str, list[AlbumTracks]]:
    """The albums in answers to "album_tracks", grouped by the owner of each URI in `whose`. Raises MalformedAnswer."""
    albums: dict[str, list[AlbumTracks]] = {}
    for uri, of_album in sorted(answers.items()):
        albums.setdefault(whose[uri], []).extend(album for answer in of_album if (album := album_tracks(answer)))
    return albums


def agreed(answers: Sequence[Cached], read: Callable[[Cached], list[Scored]]) -> list[Scored]:
    """Combine several services' answers to one question, the best first. Raises MalformedAnswer.

    A score is the mean over all services with a non-empty answer; an item missing from an answer counts as 0.
    """
    lists = [items for answer in sorted(answers, key=lambda answer: answer.service) if (items := read(answer))]
    named: dict[str, list[Scored]] = {}
    for item in (item for items in lists for item in items):
        named.setdefault(item.key, []).append(item)
    return sorted((_mean(items, len(lists)) for items in named.values()), key=lambda item: (-item.score, item.key))


def _mean(items: Sequence[Scored], of: int) -> Scored:
    known_by_id = max(items, key=lambda item: item.id is not None)
    score = sum(item.score for item in items) / of
    return replace(known_by_id, score=score, services=tuple(service for item in items for service in item.services))


def _best_of_each(items: Sequence[Scored]) -> list[Scored]:
    """Each item once, sorted by score, then as in the answer."""
    best: dict[str, Scored] = {}
    for item in sorted(items, key=lambda item: -item.score):
        best.setdefault(item.key, item)
    return list(best.values())


def _track(answer: Cached, item: Mapping[str, Any], score: float) -> Track:
    album, uri = _text(item.get("album")), _uri(item.get("uri"))
    return Track(item["name"], item["artist"], album, uri, score, (answer.service,))


def _named(answer: Cached, items: object) -> Iterator[Mapping[str, Any]]:
    return (item for item in _objects(answer, items) if _text(item.get("name")) and _somebody(item.get("artist")))


def _objects(answer: Cached, items: object) -> Iterator[Mapping[str, Any]]:
    if not isinstance(items, list):
        raise MalformedAnswer(_complaint(answer, "a list"))
    return (item for item in items if isinstance(item, dict))


def _complaint(answer: Cached, expected: str) -> str:
    return (
        f"The cached answer of {answer.service} from {answer.fetched_at:%Y-%m-%d %H:%M} UTC is not {expected}; it "
        "cannot be used until it is fetched again."
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and shown_name(value) else None


def _somebody(value: object) -> str | None:
    """The name of an artist, but not "Various Artists"."""
    return None if isinstance(value, str) and is_nobody(value) else _text(value)


def _uri(value: object) -> str | None:
    return value if isinstance(value, str) and URI.fullmatch(value) else None


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _place(item: Mapping[str, Any]) -> float:
    """The track's number on the album; tracks without one come last."""
    number = item.get("number")
    return number if isinstance(number, int) else float("inf")
