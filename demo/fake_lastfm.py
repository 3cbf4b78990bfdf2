"""The simulated Last.fm: numbers are text, and a list of one item is the item alone."""

from datetime import date
from typing import Any

from demo.fake_wire import Answer, json_answer
from demo.likeness import Likeness, mbid, recording_mbid, title_of
from demo.tags import lastfm_tags
from music import Artist, Track

Json = dict[str, Any]


class FakeLastFm:
    """`key` is the only valid key."""

    def __init__(self, likeness: Likeness, key: str) -> None:
        self.likeness, self.key = likeness, key

    def answer(self, query: dict[str, str], today: date) -> Answer:
        if "api_key" not in query:
            return _error(400, 6, "Invalid parameters - Your request is missing a required parameter")
        if query["api_key"] != self.key:
            return _error(403, 10, "Invalid API key - You must be granted a valid key by last.fm")
        artist = self.likeness.known.artist_named(query.get("artist", ""))
        if artist is None:
            return _error(400, 6, "The artist you supplied could not be found")
        return self._about(artist, query, today)

    def _about(self, artist: Artist, query: dict[str, str], today: date) -> Answer:
        match query.get("method"):
            case "artist.getsimilar":
                return self._similar_artists(artist)
            case "track.getsimilar":
                return self._similar_tracks(artist, query.get("track", ""))
            case "artist.gettoptracks":
                return self._top_tracks(artist, today)
            case "artist.gettoptags":
                return _list_of("toptags", "tag", lastfm_tags(artist))
        return _error(400, 3, "Invalid Method - No method with that name in this package")

    def _similar_artists(self, artist: Artist) -> Answer:
        similar = self.likeness.similar(artist)
        items = [
            {"name": other.name, "mbid": mbid("artist", other.name), "match": _match(score, similar[0][1])}
            for other, score in similar
        ]
        return _list_of("similarartists", "artist", items)

    def _similar_tracks(self, artist: Artist, title: str) -> Answer:
        tracks = self.likeness.known.tracks[artist]
        track = next(
            (track for track in tracks if title.lower() in {track.title.lower(), title_of(track).lower()}), None
        )
        if track is None:
            return _error(400, 6, "Track not found")
        similar = self.likeness.next_to(track)
        best = similar[0][1]
        items = [{**_track(other), "match": _match(score, best), "playcount": score} for other, score in similar]
        return _list_of("similartracks", "track", items)

    def _top_tracks(self, artist: Artist, today: date) -> Answer:
        best = self.likeness.best_known(artist, today)
        items = [{**_track(track), "playcount": str(count), "listeners": str(count // 9 + 1)} for track, count in best]
        return _list_of("toptracks", "track", items)


def _error(status: int, code: int, message: str) -> Answer:
    return json_answer(status, {"error": code, "message": message, "links": []})


def _list_of(name: str, kind: str, items: list[Json]) -> Answer:
    return json_answer(200, {name: {kind: items[0] if len(items) == 1 else items, "@attr": {}}})


def _track(track: Track) -> Json:
    artist = track.artists[0].name
    return {
        "name": track.name,
        "mbid": recording_mbid(track),
        "url": "https://www.last.fm/music/…",
        "artist": {"name": artist, "mbid": mbid("artist", artist), "url": "https://www.last.fm/music/…"},
    }


def _match(score: int, best: int) -> str:
    return f"{score / best:.6f}"
