"""Simulated ListenBrainz, Last.fm, MusicBrainz and ReccoBeats, which know the invented music and can be made to fail.

One object and one address serve all of them; the first part of the path selects the service.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from demo.catalogue import Catalogue
from demo.fake_lastfm import FakeLastFm
from demo.fake_listenbrainz import FakeListenBrainz
from demo.fake_musicbrainz import FakeMusicBrainz
from demo.fake_wire import Answer, Request, json_answer
from demo.likeness import likeness_of, mbid
from demo.tags import sound_of
from music import Track

# The setting for the URL of each service, and its path here.
PREFIXES = {
    "LISTENBRAINZ_LABS_URL": "/labs",
    "LISTENBRAINZ_URL": "/lb",
    "LASTFM_URL": "/lastfm",
    "MUSICBRAINZ_URL": "/mb",
    "RECCOBEATS_URL": "/recco",
}
NEWEST_SOUND = "2024"
Json = dict[str, Any]


@dataclass
class FakeServices:
    """`requests` has every request so far."""

    catalogue: Catalogue
    clock: Callable[[], datetime]
    lastfm_key: str = "fake-key"
    listenbrainz_token: str = "fake-token"  # noqa: S105 - of a service that does not exist
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.likeness = likeness_of(self.catalogue)
        self.listenbrainz = FakeListenBrainz(self.likeness, self.listenbrainz_token)
        self.lastfm = FakeLastFm(self.likeness, self.lastfm_key)
        self.musicbrainz = FakeMusicBrainz(self.likeness)
        self.queued: list[tuple[str, Answer | Exception]] = []

    def settings(self, address: str) -> dict[str, str]:
        """The settings of a program that contacts these services, under `address`, in place of the real ones."""
        urls = {setting: f"{address}{path}" for setting, path in PREFIXES.items()}
        return {
            "SERVICES": "listenbrainz,musicbrainz,reccobeats",
            "LISTENBRAINZ_TOKEN": self.listenbrainz_token,
            **urls,
        }

    def refuse(self, answer: Answer | Exception, path_prefix: str = "/", times: int = 1) -> None:
        """Return `answer` for the next `times` calls of paths with this prefix, or raise it if it is an exception."""
        self.queued += [(path_prefix, answer)] * times

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        request = Request(method, url, {name.lower(): value for name, value in headers.items()}, body)
        self.requests.append(request)
        for number, (prefix, queued) in enumerate(self.queued):
            if request.path.startswith(prefix):
                del self.queued[number]
                if isinstance(queued, Exception):
                    raise queued
                return queued
        return self._answer(request)

    def _answer(self, request: Request) -> Answer:
        today = self.clock().date()
        match request.path.split("/")[1]:
            case "labs":
                return self.listenbrainz.labs(request, today)
            case "lb":
                return self.listenbrainz.api(request, today)
            case "lastfm":
                return self.lastfm.answer(request.query, today)
            case "mb":
                return self.musicbrainz.answer(request)
            case "recco":
                return self._reccobeats(request)
        return Answer(404, {"content-type": "text/html"}, b"<h1>Not Found</h1>")

    def _reccobeats(self, request: Request) -> Answer:
        query = request.query
        if request.path.endswith("/audio-features"):
            return self._sounds(query.get("ids", "").split(","))
        tracks = [self.catalogue.tracks.get(seed) for seed in query.get("seeds", "").split(",")]
        similar: dict[str, Json] = {}
        for track in filter(None, tracks):
            for other, _ in self.likeness.next_to(track)[:12]:
                similar.setdefault(str(other.uri), _reccobeats_track(other))
        return json_answer(200, {"content": list(similar.values())[: int(query.get("size", "20"))]})

    def _sounds(self, ids: list[str]) -> Answer:
        """The sound of tracks, but not of the newest ones."""
        tracks = [track for each in ids if (track := self.catalogue.tracks.get(each)) is not None]
        known = [track for track in tracks if track.album and (track.album.release_date or "") < NEWEST_SOUND]
        return json_answer(200, {"content": [sound_of(track) for track in known]})


def _reccobeats_track(track: Track) -> Json:
    artist = track.artists[0]
    return {
        "id": mbid("reccobeats", str(track.uri)),
        "trackTitle": track.name,
        "artists": [{"id": mbid("reccobeats", artist.name), "name": artist.name,
                     "href": f"https://open.spotify.com/artist/{artist.spotify_id}"}],
        "durationMs": track.duration_ms,
        "isrc": track.isrc,
        "href": f"https://open.spotify.com/track/{str(track.uri)[-22:]}",
        "popularity": 40,
    }  # fmt: skip
