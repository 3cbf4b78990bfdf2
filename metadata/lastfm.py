"""Last.fm: similar artists and tracks, and the top tracks and tags of an artist.

Its terms: no commercial use, at most 100 MB stored (metadata/services.py), "powered by AudioScrobbler".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from metadata import payloads
from metadata.answers import MOST, NamedTrack, SimilarArtist
from metadata.errors import ServiceDown, ServiceRefused
from metadata.facts import Tag, tags
from metadata.http import Http
from metadata.lookups import ARTIST_TRACKS, SIMILAR_ARTISTS, SIMILAR_TRACKS, ArtistQuery, Lookup, SongQuery, always
from metadata.reading import Json, inner, mbid, number, objects, ranked, text, unexpected_answer

SERVICE = "lastfm"
NOT_FOUND = 6  # also sent for a missing parameter, but we send all of them
OUR_MISTAKE = {4, 9, 10, 13, 14, 26}  # the key, or how it is used (last.fm/api/errorcodes)
TOO_MANY = 29
Query = Mapping[str, str | int]


@dataclass(frozen=True)
class LastFm:
    """Every call may raise ServiceDown and ServiceRefused; for unknown music it returns nothing."""

    http: Http
    url: str
    key: str = field(repr=False)

    def lookups(self) -> list[Lookup[Any]]:
        """What the cache is filled from."""
        return [
            Lookup(SIMILAR_ARTISTS, always, self._similar_artists_payload),
            Lookup(SIMILAR_TRACKS, always, self._similar_tracks_payload),
            Lookup(ARTIST_TRACKS, always, self._artist_tracks_payload, only_gaps=True),
        ]

    def _similar_artists_payload(self, artist: ArtistQuery) -> list[Json]:
        return payloads.similar_artists(self.similar_artists(artist.name))

    def _similar_tracks_payload(self, song: SongQuery) -> list[Json]:
        return payloads.similar_tracks(self.similar_tracks(song.artist, song.title))

    def _artist_tracks_payload(self, artist: ArtistQuery) -> list[Json]:
        return payloads.artist_tracks(self.top_tracks(artist.name))

    def similar_artists(self, artist: str) -> tuple[SimilarArtist, ...]:
        body = self._ask("artist.getsimilar", {"artist": artist}, "similarartists")
        return ranked(SERVICE, objects(inner(body, "artist")), _artist)

    def similar_tracks(self, artist: str, title: str) -> tuple[NamedTrack, ...]:
        body = self._ask("track.getsimilar", {"artist": artist, "track": title}, "similartracks")
        return ranked(SERVICE, objects(inner(body, "track")), _similar_track)

    def top_tracks(self, artist: str) -> tuple[NamedTrack, ...]:
        """The most popular tracks of an artist; the score counts listeners."""
        body = self._ask("artist.gettoptracks", {"artist": artist}, "toptracks")
        return ranked(SERVICE, objects(inner(body, "track")), _top_track)

    def artist_tags(self, artist: str) -> tuple[Tag, ...]:
        """The tags that its users give an artist; the most frequent one counts 100."""
        return tags(inner(self._ask("artist.gettoptags", {"artist": artist}, "toptags"), "tag"), "name")

    def _ask(self, method: str, about: Query, name: str) -> Json:
        query: Query = {"method": method, **about, "autocorrect": 1, "limit": MOST, "format": "json"}
        answer = self.http.ask("GET", f"{self.url}/2.0/", query=query, secret={"api_key": self.key})
        body = answer.json()
        code = number(inner(body, "error"))
        if code == NOT_FOUND:
            return {}
        if code is not None:
            raise _refusal(int(code))
        result = inner(body, name)
        if answer.status != 200 or not isinstance(result, dict):
            raise unexpected_answer(SERVICE)
        return result


def _refusal(code: int) -> ServiceDown | ServiceRefused:
    if code in OUR_MISTAKE:
        return ServiceRefused(SERVICE, f"lastfm rejected the key (error {code}): check LASTFM_API_KEY.")
    why = "asks for fewer calls" if code == TOO_MANY else "fails at the moment"
    return ServiceDown(SERVICE, f"lastfm {why} (error {code}); another run tries again.")


def _artist(item: Json) -> SimilarArtist | None:
    name, score = text(item.get("name")), number(item.get("match"))
    return SimilarArtist(name, mbid(item.get("mbid")), score) if name and score else None


def _similar_track(item: Json) -> NamedTrack | None:
    return _track(item, item.get("match"))


def _top_track(item: Json) -> NamedTrack | None:
    return _track(item, item.get("listeners"))


def _track(item: Json, score: Any) -> NamedTrack | None:
    name, artist, relative = text(item.get("name")), text(inner(item, "artist", "name")), number(score)
    return NamedTrack(name, artist, score=relative) if name and artist and relative else None
