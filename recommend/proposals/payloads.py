"""What services said, as it lies in the cache, read with care: an item that is malformed is left out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from music import is_nobody, shown_name
from recommend.listening.context import Cached
from recommend.listening.names import artist_key, song_key

URI = re.compile(r"spotify:(?:track|album):[0-9A-Za-z]+")


class Rubbish(Exception):
    """A cached answer is not even of the right shape: whoever stored it made a mistake."""


@dataclass(frozen=True, slots=True)
class Similar:
    """An artist whom `services` name; `score` 0 to 1."""

    name: str
    id: str | None
    score: float
    services: tuple[str, ...]

    @property
    def key(self) -> str:
        return artist_key(self.name)


@dataclass(frozen=True, slots=True)
class Track:
    """A track that `services` name, by its Spotify URI where they know it; `score` 0 to 1."""

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


def similar_artists(said: Cached) -> list[Similar]:
    """Best first, each artist once. Raises Rubbish."""
    found = [
        Similar(item["name"], _text(item.get("mbid")), item["score"], (said.service,))
        for item in _objects(said, said.payload)
        if _somebody(item.get("name")) and _is_share(item.get("score"))
    ]
    return _best_of_each(found)


def tracks(said: Cached, measure: Literal["score", "popularity"] = "score") -> list[Track]:
    """Best first, each song once. Raises Rubbish."""
    found = [_track(said, item, item[measure]) for item in _named(said, said.payload) if _is_share(item.get(measure))]
    return _best_of_each(found)


def releases(said: Cached) -> list[Release]:
    """In the order of the answer. Raises Rubbish."""
    return [
        Release(uri, item["name"], item["kind"], item["released"])
        for item in _objects(said, said.payload)
        if (uri := _uri(item.get("uri"))) and all(_text(item.get(field)) for field in ("name", "kind", "released"))
    ]


def album_tracks(said: Cached) -> AlbumTracks | None:
    """None for an album that the service does not know. Raises Rubbish."""
    album = said.payload
    if album == []:
        return None
    if not isinstance(album, dict):
        raise Rubbish(_complaint(said, "an object with the album's tracks"))
    found = [_track(said, item, 1.0) for item in sorted(_named(said, album.get("tracks")), key=_place)]
    uri, name, artist = _uri(album.get("uri")), _text(album.get("name")), _text(album.get("artist"))
    if not (uri and name and artist):
        return None
    return AlbumTracks(uri, name, artist, _best_of_each(found))


def albums_of_each(answers: Mapping[str, Sequence[Cached]], whose: Mapping[str, str]) -> dict[str, list[AlbumTracks]]:
    """The answers to "album_tracks" by what each URI belongs to in `whose`, in the order of URIs. Raises Rubbish."""
    found: dict[str, list[AlbumTracks]] = {}
    for uri, several in sorted(answers.items()):
        found.setdefault(whose[uri], []).extend(album for said in several if (album := album_tracks(said)))
    return found


def agreed(answers: Sequence[Cached], read: Callable[[Cached], list[Scored]]) -> list[Scored]:
    """What several services said to one question as one answer, best first. Raises Rubbish.

    A score is the mean of those services that know anything of what was asked: one that leaves an item out says 0.
    """
    known = [items for said in sorted(answers, key=lambda said: said.service) if (items := read(said))]
    named: dict[str, list[Scored]] = {}
    for item in (item for items in known for item in items):
        named.setdefault(item.key, []).append(item)
    return sorted((_mean(items, len(known)) for items in named.values()), key=lambda item: (-item.score, item.key))


def _mean(items: Sequence[Scored], of: int) -> Scored:
    known_by_id = max(items, key=lambda item: item.id is not None)
    score = sum(item.score for item in items) / of
    return replace(known_by_id, score=score, services=tuple(service for item in items for service in item.services))


def _best_of_each(items: Sequence[Scored]) -> list[Scored]:
    """In the order of their scores, then of the answer."""
    each: dict[str, Scored] = {}
    for item in sorted(items, key=lambda item: -item.score):
        each.setdefault(item.key, item)
    return list(each.values())


def _track(said: Cached, item: Mapping[str, Any], score: float) -> Track:
    album, uri = _text(item.get("album")), _uri(item.get("uri"))
    return Track(item["name"], item["artist"], album, uri, score, (said.service,))


def _named(said: Cached, items: object) -> Iterator[Mapping[str, Any]]:
    return (item for item in _objects(said, items) if _text(item.get("name")) and _somebody(item.get("artist")))


def _objects(said: Cached, items: object) -> Iterator[Mapping[str, Any]]:
    if not isinstance(items, list):
        raise Rubbish(_complaint(said, "a list"))
    return (item for item in items if isinstance(item, dict))


def _complaint(said: Cached, expected: str) -> str:
    return (
        f"What is cached of {said.service} since {said.fetched_at:%Y-%m-%d %H:%M} UTC is not {expected}, and cannot be "
        "used until the service is asked again."
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and shown_name(value) else None


def _somebody(value: object) -> str | None:
    """A name; "Various Artists" is nobody's."""
    return None if isinstance(value, str) and is_nobody(value) else _text(value)


def _uri(value: object) -> str | None:
    return value if isinstance(value, str) and URI.fullmatch(value) else None


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _place(item: Mapping[str, Any]) -> float:
    """Its number on the album; what has none comes last."""
    number = item.get("number")
    return number if isinstance(number, int) else float("inf")
