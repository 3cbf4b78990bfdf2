"""The simulated MusicBrainz: recordings by ISRC and by names, artists, release groups and the list of genres."""

import re
from typing import Any

from demo.fake_wire import Answer, Request, json_answer
from demo.likeness import Likeness, mbid, recording_mbid, title_of
from demo.tags import GENRES, PARENTS, area_of, artist_tags, first_date, genre_mbid, group_mbid
from music import Artist, Track

Json = dict[str, Any]
NAMED = re.compile(r'recording:"((?:[^"\\]|\\.)*)" AND artist:"((?:[^"\\]|\\.)*)"')
NOT_FOUND = json_answer(404, {"error": "Not Found", "help": "For usage, please see: …"})


class FakeMusicBrainz:
    def __init__(self, likeness: Likeness) -> None:
        self.likeness = likeness

    def answer(self, request: Request) -> Answer:
        if not request.headers.get("user-agent"):
            return json_answer(403, {"error": "Your requests are being blocked: set a User-Agent."})
        match request.path.removeprefix("/mb/ws/2/").split("/"):
            case ["genre", "all"]:
                return _genres(int(request.query.get("offset", "0")), int(request.query.get("limit", "25")))
            case [kind, key]:
                return self._lookup(kind, key)
        return self._search(request.query.get("query", ""))

    def _lookup(self, kind: str, key: str) -> Answer:
        lookups = {"isrc": self._isrc, "artist": self._artist, "release-group": self._release_group, "genre": _genre}
        return lookups[kind](key) if kind in lookups else NOT_FOUND

    def _artist(self, key: str) -> Answer:
        artist = self.likeness.artists.get(key)
        return json_answer(200, _artist(key, artist)) if artist else NOT_FOUND

    def _isrc(self, isrc: str) -> Answer:
        tracks = self.likeness.by_isrc.get(isrc, [])
        return json_answer(200, {"isrc": isrc, "recordings": _recordings(tracks)}) if tracks else NOT_FOUND

    def _release_group(self, key: str) -> Answer:
        track = next((track for track in self.likeness.recordings.values() if group_mbid(track) == key), None)
        if track is None:
            return NOT_FOUND
        return json_answer(200, {"id": key, "title": title_of(track), "first-release-date": first_date(track)})

    def _search(self, query: str) -> Answer:
        wanted = NAMED.fullmatch(query)
        names = [re.sub(r"\\(.)", r"\1", name) for name in wanted.groups()] if wanted else ["", ""]
        track = self.likeness.recordings.get(mbid("recording", names[1], names[0]))
        items = [{**item, "score": 100} for item in _recordings([track] if track else [])]
        return json_answer(200, {"count": len(items), "offset": 0, "recordings": items})


def _artist(key: str, artist: Artist) -> Json:
    """The artist as MusicBrainz sends it; some areas are cities, with the country in a member of its own."""
    area, country = area_of(artist)
    genres = [tag for tag in artist_tags(artist) if tag.get("genre_mbid")]
    return {
        "id": key,
        "name": artist.name,
        "sort-name": artist.name,
        "country": country,
        "area": {"id": mbid("area", area), "name": area, "sort-name": area},
        "genres": [{"id": tag["genre_mbid"], "name": tag["tag"], "count": tag["count"]} for tag in genres],
        "tags": [{"name": tag["tag"], "count": tag["count"]} for tag in artist_tags(artist)],
    }


def _genres(offset: int, limit: int) -> Answer:
    page = GENRES[offset : offset + min(limit, 100)]
    items = [{"id": genre_mbid(genre), "name": genre, "disambiguation": ""} for genre in page]
    return json_answer(200, {"genre-count": len(GENRES), "genre-offset": offset, "genres": items})


def _genre(key: str) -> Answer:
    name = next((genre for genre in GENRES if genre_mbid(genre) == key), None)
    if name is None:
        return NOT_FOUND
    parent = PARENTS.get(name)
    relation = {"type": "subgenre", "direction": "backward", "target-type": "genre",
                "genre": {"id": genre_mbid(str(parent)), "name": parent}}  # fmt: skip
    return json_answer(200, {"id": key, "name": name, "relations": [relation] if parent else []})


def _recordings(tracks: list[Track]) -> list[Json]:
    """One recording for all versions of a song; guests are credited after the artist."""
    return [_recording(track) for track in {recording_mbid(track): track for track in tracks}.values()]


def _recording(track: Track) -> Json:
    names = [artist.name for artist in track.artists]
    credit = [
        {"name": name, "joinphrase": " feat. " if place < len(names) else "",
         "artist": {"id": mbid("artist", name), "name": name, "sort-name": name, "disambiguation": ""}}
        for place, name in enumerate(names, start=1)
    ]  # fmt: skip
    length = track.duration_ms
    return {
        "id": recording_mbid(track),
        "title": title_of(track),
        "length": length,
        "video": None,
        "artist-credit": credit,
    }
