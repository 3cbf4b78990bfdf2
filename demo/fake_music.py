"""The simulated Spotify's endpoints for music: by id, by search, and recommendations for apps that have them."""

import random
import re
from collections.abc import Sequence
from datetime import date

from demo.catalogue import Catalogue
from demo.discography import discographies
from demo.fake_json import Json, album_json, album_track_json, artist_json, page_json, track_json
from demo.fake_wire import Answer, json_answer, refusal
from music import Artist, Track

DEVELOPMENT, EXTENDED = 10, 50  # the largest pages of a search and of an artist's albums
FIELD = re.compile(r'(artist|track|isrc):(?:"([^"]*)"|(\S+))')
Query = dict[str, str]
NOT_FOUND = refusal(404, "Resource not found")


class FakeMusic:
    def __init__(self, catalogue: Catalogue, extended_quota: bool) -> None:
        self.catalogue, self.extended_quota = catalogue, extended_quota
        self.known = discographies(catalogue)

    def answer(self, path: str, query: Query, today: date) -> Answer | None:
        """None for endpoints that apps in this mode do not have. Releases after `today` do not exist yet."""
        match path.split("/")[2:]:
            case ["search"]:
                return self._search(query, today)
            case ["recommendations"] if self.extended_quota:
                return self._recommendations(query, today)
            case ["tracks" | "artists" as kind, spotify_id]:
                return self._one(kind, spotify_id, today)
            case ["artists", spotify_id, "albums"]:
                return self._albums(spotify_id, query, today)
            case ["albums", spotify_id, *rest] if rest in ([], ["tracks"]):
                return self._album(spotify_id, query, today, tracks_only=bool(rest))
        return None

    def _one(self, kind: str, spotify_id: str, today: date) -> Answer:
        if kind == "tracks":
            track = self.catalogue.tracks.get(spotify_id) or self.known.track(spotify_id, today)
            return json_answer(200, track_json(track)) if track else NOT_FOUND
        artist = self.known.artists.get(spotify_id)
        return json_answer(200, artist_json(artist) | {"images": []}) if artist else NOT_FOUND

    def _albums(self, spotify_id: str, query: Query, today: date) -> Answer:
        artist, part = self.known.artists.get(spotify_id), self._part(query, self._most())
        if artist is None or part is None:
            return NOT_FOUND if part else refusal(400, "Invalid limit")
        kinds = query.get("include_groups", "album,single").split(",")
        released = [release for release in self.known.of(artist, today) if release.kind in kinds]
        ordered = sorted(released, key=lambda release: release.kind)  # kind by kind, each with the newest first
        items = [album_json(release.album, release.kind, len(release.tracks)) for release in ordered]
        return json_answer(200, page_json(f"/v1/artists/{spotify_id}/albums", items, *part))

    def _album(self, spotify_id: str, query: Query, today: date, *, tracks_only: bool) -> Answer:
        released = self.known.album(spotify_id, today)
        part = self._part(query, 50) if tracks_only else (50, 0)
        if released is None or part is None:
            return NOT_FOUND if part else refusal(400, "Invalid limit")
        items = [album_track_json(track, number) for number, track in enumerate(released.tracks, start=1)]
        page = page_json(f"/v1/albums/{spotify_id}/tracks", items, *part)
        whole = album_json(released.album, released.kind, len(items)) | {"tracks": page}
        return json_answer(200, page if tracks_only else whole)

    def _search(self, query: Query, today: date) -> Answer:
        part = self._part(query, self._most())
        if part is None:
            return refusal(400, "Invalid limit")
        results: dict[str, list[Json]] = {
            "track": [track_json(track) for track in self._tracks(query.get("q", ""), today)],
            "artist": [artist_json(artist) for artist in self._artists(query.get("q", ""))],
        }
        kinds = query.get("type", "track").split(",")
        return json_answer(200, {f"{kind}s": page_json("/v1/search", results[kind], *part) for kind in kinds})

    def _tracks(self, wanted: str, today: date) -> Sequence[Track]:
        fields = _fields(wanted)
        if "artist" in fields:
            artist = self.known.artist_named(fields["artist"])
            title = fields.get("track", "").lower()
            tracks = self.known.best_known(artist, today) if artist else ()
            return [track for track in tracks if title in track.title.lower()]
        return [
            t for t in self.catalogue.tracks.values() if wanted.lower() in (f"isrc:{t.isrc}".lower(), t.title.lower())
        ]

    def _artists(self, wanted: str) -> Sequence[Artist]:
        artist = self.known.artist_named(_fields(wanted).get("artist", wanted))
        return [artist] if artist else []

    def _recommendations(self, query: Query, today: date) -> Answer:
        """Music that nobody has played; the same seeds give the same tracks."""
        seeds = ",".join(query.get(f"seed_{kind}", "") for kind in ("artists", "genres", "tracks"))
        if not 1 <= len([seed for seed in seeds.split(",") if seed]) <= 5:
            return refusal(400, "Invalid number of seeds")
        rng = random.Random(f"goes with {seeds}")  # made-up music  # nosec B311
        artists = rng.sample(sorted(self.catalogue.unheard, key=lambda artist: artist.name), 5)
        tracks = [track for artist in artists for track in self.known.best_known(artist, today)[:3]]
        return json_answer(200, {"tracks": [track_json(track) for track in tracks[: int(query.get("limit", "20"))]]})

    def _most(self) -> int:
        return EXTENDED if self.extended_quota else DEVELOPMENT

    def _part(self, query: Query, most: int) -> tuple[int, int] | None:
        """(limit, offset), or None if Spotify refuses them."""
        limit, offset = query.get("limit", "20" if most == EXTENDED else "5"), query.get("offset", "0")
        if not (limit.isdigit() and 1 <= int(limit) <= most and offset.isdigit()):
            return None
        return int(limit), int(offset)


def _fields(wanted: str) -> dict[str, str]:
    """The filters of a search."""
    return {name: quoted or bare for name, quoted, bare in FIELD.findall(wanted)}
