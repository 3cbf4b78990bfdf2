"""ListenBrainz: similar music, the top recordings of an artist, and recommendations for a user."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from metadata import payloads
from metadata.answers import MOST, NamedTrack, SimilarArtist
from metadata.errors import ServiceDown, ServiceRefused
from metadata.http import Answer, Http
from metadata.lookups import (
    ARTIST_TRACKS,
    SIMILAR_ARTISTS,
    SIMILAR_TRACKS,
    SPOTIFY_URIS,
    USER_RECOMMENDATIONS,
    ArtistQuery,
    Lookup,
    SongQuery,
    always,
    has_mbid,
)
from metadata.reading import Json, inner, mbid, number, objects, ranked, text, unexpected_answer

SERVICE = "listenbrainz"
# The available algorithms change; a request for another one gets a 400 with the names of those available
# (listenbrainz-server: labs_api/labs/api/similar_artists.py, since 2025-08).
ARTISTS = "session_based_days_7500_session_300_contribution_5_threshold_10_limit_100_filter_True_skip_30"
RECORDINGS = "session_based_days_9000_session_300_contribution_5_threshold_15_limit_50_skip_30"
ALGORITHM = re.compile(rb"\bsession_based_\w{1,200}")
SPOTIFY_ID = re.compile(r"[A-Za-z0-9]{22}")


@dataclass
class ListenBrainz:
    """`token` can be that of any user of ListenBrainz; without one, `top_recordings_of` is refused.

    Every call may raise ServiceDown and ServiceRefused; for an unknown artist, recording or user it returns nothing.
    """

    http: Http
    url: str
    labs_url: str
    token: str | None = field(default=None, repr=False)
    algorithms: dict[str, str] = field(
        default_factory=lambda: {"similar-artists": ARTISTS, "similar-recordings": RECORDINGS}
    )

    @property
    def has_token(self) -> bool:
        return self.token is not None

    def lookups(self) -> list[Lookup[Any]]:
        """What the cache is filled from; most played tracks need a token."""
        return [
            Lookup(SIMILAR_ARTISTS, has_mbid, self._similar_artists_payload),
            Lookup(SIMILAR_TRACKS, has_mbid, self._similar_tracks_payload),
            Lookup(USER_RECOMMENDATIONS, always, lambda user: payloads.similar_tracks(self.cf_recommendations(user))),
            Lookup(SPOTIFY_URIS, always, self.with_uris),
            *([Lookup(ARTIST_TRACKS, has_mbid, self._artist_tracks_payload)] if self.has_token else []),
        ]

    def _similar_artists_payload(self, artist: ArtistQuery) -> list[Json]:
        return payloads.similar_artists(self.similar_artists(str(artist.mbid)))

    def _similar_tracks_payload(self, song: SongQuery) -> list[Json]:
        return payloads.similar_tracks(self.similar_recordings(str(song.mbid)))

    def _artist_tracks_payload(self, artist: ArtistQuery) -> list[Json]:
        return payloads.artist_tracks(self.top_recordings_of(str(artist.mbid)))

    def similar_artists(self, artist_mbid: str) -> tuple[SimilarArtist, ...]:
        items = self._similar("similar-artists", "artist_mbids", artist_mbid)
        return ranked(SERVICE, [item for item in items if item.get("artist_mbid") != artist_mbid], _artist)

    def similar_recordings(self, recording_mbid: str) -> tuple[NamedTrack, ...]:
        items = self._similar("similar-recordings", "recording_mbids", recording_mbid)
        return ranked(SERVICE, [item for item in items if item.get("recording_mbid") != recording_mbid], _similar_track)

    def top_recordings_of(self, artist_mbid: str) -> tuple[NamedTrack, ...]:
        """The most played recordings of an artist; needs a token (listenbrainz-server, 2026-08)."""
        answer = self._ask(f"/1/popularity/top-recordings-for-artist/{quote(artist_mbid, safe='')}")
        return ranked(SERVICE, _list(answered(answer)), _popular_track)

    def cf_recommendations(self, user: str) -> tuple[NamedTrack, ...]:
        """ListenBrainz' collaborative filtering recommendations for one of its users."""
        answer = self._ask(f"/1/cf/recommendation/user/{quote(user, safe='')}/recording", {"count": MOST})
        if answer.status in {204, 404}:  # no recommendations yet, or no such user
            return ()
        recommended = inner(answered(answer), "payload", "mbids")
        if not isinstance(recommended, list):
            raise unexpected_answer(SERVICE)
        return self._named(_scores(recommended))

    def with_uris(self, tracks: Sequence[NamedTrack]) -> tuple[NamedTrack, ...]:
        """The first 100 tracks in the same order, with Spotify's URI if ListenBrainz knows it."""
        without_uri = [track for track in tracks[:MOST] if track.uri is None]
        if not without_uri:
            return tuple(tracks[:MOST])
        answer = self._ask_labs("spotify-id-from-metadata", [_names(track) for track in without_uri])
        uris = {
            (str(item.get("artist_name")), str(item.get("track_name"))): uri
            for item in _list(answered(answer))
            if (uri := _first_uri(item.get("spotify_track_ids")))
        }
        return tuple(replace(track, uri=track.uri or uris.get((track.artist, track.name))) for track in tracks[:MOST])

    def _similar(self, endpoint: str, key: str, item_mbid: str) -> list[Json]:
        answer = self._ask_labs(endpoint, [{key: [item_mbid], "algorithm": self.algorithms[endpoint]}])
        if answer.status == 400 and (replacement := _closest(answer.body, self.algorithms[endpoint])):
            self.algorithms[endpoint] = replacement
            answer = self._ask_labs(endpoint, [{key: [item_mbid], "algorithm": replacement}])
        if answer.status == 400:
            raise ServiceDown(SERVICE, "listenbrainz offers no algorithm for similar music that this program knows.")
        return _list(answered(answer))

    def _named(self, scores: Mapping[str, float]) -> tuple[NamedTrack, ...]:
        if not scores:
            return ()
        query = {"recording_mbids": ",".join(scores), "inc": "artist release"}
        body = answered(self._ask("/1/metadata/recording/", query))
        if not isinstance(body, dict):
            raise unexpected_answer(SERVICE)
        items = [{"mbid": key, "score": score, "metadata": body[key]} for key, score in scores.items() if key in body]
        return ranked(SERVICE, items, _described_track)

    def send(
        self, method: str, path: str, *, query: Mapping[str, str | int] | None = None, body: object = None
    ) -> Answer:
        """Call one of its endpoints, with the token if there is one."""
        headers = {"Authorization": f"Token {self.token}"} if self.token else None
        return self.http.ask(method, self.url + path, query=query, body=body, headers=headers)

    def _ask(self, path: str, query: Mapping[str, str | int] | None = None) -> Answer:
        return self.send("GET", path, query=query)

    def _ask_labs(self, endpoint: str, body: list[Json]) -> Answer:
        return self.http.ask("POST", f"{self.labs_url}/{endpoint}/json", body=body)


def answered(answer: Answer) -> Any:
    """The JSON of an answer. Raises ServiceDown and ServiceRefused."""
    if answer.status in {401, 403}:
        raise ServiceRefused(
            SERVICE, f"listenbrainz requires a valid token ({answer.status}): check LISTENBRAINZ_TOKEN."
        )
    if answer.status == 400:
        raise ServiceRefused(SERVICE, "listenbrainz does not understand the request (400); report this.")
    body = answer.json() if answer.status == 200 else None
    if body is None:
        raise unexpected_answer(SERVICE)
    return body


def _scores(recommended: list[Any]) -> dict[str, float]:
    """The scores of the best 100 recordings, the best first."""
    values = [(mbid(item.get("recording_mbid")), number(item.get("score"))) for item in objects(recommended)]
    scores = {key: score for key, score in values if key and score}
    if recommended and not scores:
        raise unexpected_answer(SERVICE)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:MOST])


def _list(body: Any) -> list[Json]:
    if not isinstance(body, list):
        raise unexpected_answer(SERVICE)
    return objects(body)


def _closest(refusal: bytes, algorithm: str) -> str | None:
    """The algorithm that is named in a refusal and has most in common with the known one."""
    words = set(algorithm.split("_"))
    named = {name.decode() for name in ALGORITHM.findall(refusal)} - {algorithm}
    return max(named, key=lambda name: (len(words & set(name.split("_"))), -len(name), name), default=None)


def _artist(item: Json) -> SimilarArtist | None:
    name, score = text(item.get("name")), number(item.get("score"))
    return SimilarArtist(name, mbid(item.get("artist_mbid")), score) if name and score else None


def _similar_track(item: Json) -> NamedTrack | None:
    return _track(
        item.get("recording_name"), item.get("artist_credit_name"), item.get("release_name"), item.get("score")
    )


def _popular_track(item: Json) -> NamedTrack | None:
    count = item.get("total_listen_count")
    return _track(item.get("recording_name"), item.get("artist_name"), item.get("release_name"), count)


def _described_track(item: Json) -> NamedTrack | None:
    metadata = item["metadata"]
    album = inner(metadata, "release", "name")
    return _track(inner(metadata, "recording", "name"), inner(metadata, "artist", "name"), album, item["score"])


def _track(name: Any, artist: Any, album: Any, score: Any) -> NamedTrack | None:
    track, credited, relative = text(name), text(artist), number(score)
    return NamedTrack(track, credited, text(album), None, relative) if track and credited and relative else None


def _names(track: NamedTrack) -> Json:
    # The request needs an album; if no album of that name matches, ListenBrainz searches without it.
    return {"artist_name": track.artist, "release_name": track.album or track.name, "track_name": track.name}


def _first_uri(ids: Any) -> str | None:
    valid = (
        [each for each in ids if isinstance(each, str) and SPOTIFY_ID.fullmatch(each)] if isinstance(ids, list) else []
    )
    return f"spotify:track:{valid[0]}" if valid else None
