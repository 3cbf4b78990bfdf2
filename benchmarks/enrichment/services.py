"""Services that know as much of a history as was measured, and answer in the formats of the real ones."""

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from benchmarks.enrichment.coverage import (
    ARTIST_GENRES,
    BY_ISRC,
    BY_ISRC_OR_NAMES,
    GROUP_GENRES,
    LASTFM_GENRES,
    RECORDING_TAGS,
    Knowledge,
    drawn,
)
from demo.likeness import mbid
from demo.tags import GENRES, genre_mbid
from music import Track

Json = dict[str, Any]
NAMED = re.compile(r'recording:"((?:[^"\\]|\\.)*)" AND artist:"((?:[^"\\]|\\.)*)"')
UNKNOWN = httpx.Response(404, json={"error": "Not Found"})


class MeasuredServices:
    """The services; `tracks` are those of the history, with their plays."""

    def __init__(self, tracks: dict[Track, int]) -> None:
        songs = Counter({_key(track): 0 for track in tracks})
        artists: Counter[str] = Counter()
        for track, plays in tracks.items():
            songs[_key(track)] += plays
            artists[track.artists[0].name] += plays
        self.by_isrc = {str(track.isrc): track for track in tracks if track.isrc}
        self.by_mbid = {_recording_mbid(track): track for track in tracks}
        self.by_key = {_key(track): track for track in tracks}
        self.artists = {mbid("artist", name): name for name in artists}
        self.isrcs = Knowledge("isrc", songs, BY_ISRC)
        self.named = Knowledge("isrc", songs, BY_ISRC_OR_NAMES)  # what an ISRC finds, names find, too
        self.tagged = Knowledge("tags", songs, RECORDING_TAGS)
        self.groups = Knowledge("groups", songs, GROUP_GENRES)
        self.with_genres = Knowledge("artist", artists, ARTIST_GENRES)

    def answer(self, request: httpx.Request) -> httpx.Response:
        parts = urlsplit(str(request.url))
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        match parts.path.strip("/").split("/"):
            case ["ws", "2", "isrc", isrc]:
                return self._isrc(isrc)
            case ["ws", "2", "recording"]:
                return self._search(query.get("query", ""))
            case ["ws", "2", "genre", "all"]:
                return _genres(int(query["offset"]))
            case ["1", "metadata", kind]:
                return self._metadata(kind, query, json.loads(request.content or b"{}"))
            case ["2.0"]:
                return self._lastfm(query)
        return UNKNOWN

    def _isrc(self, isrc: str) -> httpx.Response:
        track = self.by_isrc.get(isrc)
        if track is None or not self.isrcs.has(_key(track)):
            return UNKNOWN
        return httpx.Response(200, json={"recordings": [_recording(track)]})

    def _search(self, query: str) -> httpx.Response:
        wanted = NAMED.fullmatch(unquote(query))
        title, artist = (re.sub(r"\\(.)", r"\1", name) for name in wanted.groups()) if wanted else ("", "")
        track = self.by_key.get(f"{artist}\x1f{title}".lower())
        known = track is not None and self.named.has(_key(track))
        return httpx.Response(200, json={"recordings": [_recording(track)] if track and known else []})

    def _metadata(self, kind: str, query: dict[str, str], body: Json) -> httpx.Response:
        if kind == "lookup":
            return httpx.Response(200, json=[self._looked_up(item) for item in body["recordings"]])
        if kind == "recording":
            return httpx.Response(200, json={key: self._described(key) for key in body["recording_mbids"]})
        if kind == "artist":
            return httpx.Response(200, json=[self._artist(key) for key in query["artist_mbids"].split(",")])
        keys = query["release_group_mbids"].split(",")
        return httpx.Response(200, json={key: {"release_group": {"date": "1997-05-21"}} for key in keys})

    def _looked_up(self, item: Json) -> Json:
        track = self.by_key.get(f"{item['artist_name']}\x1f{item['recording_name']}".lower())
        if track is None or not self.named.has(_key(track)):
            return {}
        artist = track.artists[0].name
        return {"recording_mbid": _recording_mbid(track), "artist_mbids": [mbid("artist", artist)],
                "artist_credit_name": artist, "recording_name": track.name}  # fmt: skip

    def _described(self, key: str) -> Json:
        track = self.by_mbid[key]
        return {
            "release": {"release_group_mbid": mbid("group", key), "year": 1998},
            "tag": {
                "recording": _tags(track.artists[0].name) if self.tagged.has(_key(track)) else [],
                "release_group": _tags(track.artists[0].name) if self.groups.has(_key(track)) else [],
            },
        }

    def _artist(self, key: str) -> Json:
        name = self.artists[key]
        tags = _tags(name) if self.with_genres.has(name) else []
        return {"artist_mbid": key, "name": name, "area": "Germany", "tag": {"artist": tags}}

    def _lastfm(self, query: dict[str, str]) -> httpx.Response:
        words = _tags(query["artist"]) if drawn("lastfm", query["artist"]) < LASTFM_GENRES else []
        return httpx.Response(200, json={"toptags": {"tag": [{"name": tag["tag"], "count": 100} for tag in words]}})


def _key(track: Track) -> str:
    return f"{track.artists[0].name}\x1f{track.name}".lower()


def _recording_mbid(track: Track) -> str:
    return mbid("recording", _key(track))


def _recording(track: Track) -> Json:
    artist = track.artists[0].name
    credit = [{"name": artist, "artist": {"id": mbid("artist", artist), "name": artist}}]
    return {"id": _recording_mbid(track), "title": track.name, "artist-credit": credit}


def _tags(name: str) -> list[Json]:
    first = int(drawn("genre", name) * len(GENRES))
    named = [GENRES[(first + place) % len(GENRES)] for place in range(2)]
    return [{"tag": genre, "count": 5 - place, "genre_mbid": genre_mbid(genre)} for place, genre in enumerate(named)]


def _genres(offset: int) -> httpx.Response:
    page = GENRES[offset : offset + 100]
    return httpx.Response(200, json={"genres": [{"id": genre_mbid(genre), "name": genre} for genre in page]})
