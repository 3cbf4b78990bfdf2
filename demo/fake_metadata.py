"""The simulated ListenBrainz' bulk metadata."""

from collections.abc import Sequence
from typing import Any

from demo.fake_wire import Answer, Request, json_answer
from demo.likeness import Likeness, mbid, recording_mbid, title_of
from demo.tags import area_of, artist_tags, first_date, group_mbid, group_tags, recording_tags
from music import Artist, Track

Json = dict[str, Any]
LIMITS = {"x_ratelimit_limit": "30", "x_ratelimit_remaining": "29", "x_ratelimit_reset_in": "5"}
MOST_RECORDINGS, MOST_NAMES = 1000, 50


class FakeMetadata:
    """Answers about what MusicBrainz knows of the invented music; unknown ids are missing from answers."""

    def __init__(self, likeness: Likeness) -> None:
        self.likeness = likeness
        self.groups: dict[str, Track] = {}
        for track in likeness.recordings.values():
            self.groups.setdefault(group_mbid(track), track)

    def answer(self, request: Request, *, has_token: bool) -> Answer:
        match request.path.rstrip("/").split("/")[-1]:
            case "recording":
                return self._recordings(request)
            case "artist":
                known = [self.likeness.artists.get(each) for each in _mbids(request, "artist_mbids")]
                return json_answer(200, [_artist(artist) for artist in known if artist], **LIMITS)
            case "release_group":
                keys = [each for each in _mbids(request, "release_group_mbids") if each in self.groups]
                return json_answer(200, {key: _group(self.groups[key]) for key in keys}, **LIMITS)
            case "lookup" if has_token:
                return self._lookup((request.json or {}).get("recordings", []))
        return json_answer(401, {"code": 401, "error": "You need to provide an Authorization token."}, **LIMITS)

    def _recordings(self, request: Request) -> Answer:
        keys = (request.json or {}).get("recording_mbids", []) if request.method == "POST" else []
        keys = keys or _mbids(request, "recording_mbids")
        if len(keys) > MOST_RECORDINGS:
            return json_answer(400, {"code": 400, "error": "Maximum number of recordings exceeded."}, **LIMITS)
        known = {key: self.likeness.recordings[key] for key in keys if key in self.likeness.recordings}
        return json_answer(200, {key: _recording(track) for key, track in known.items()}, **LIMITS)

    def _lookup(self, named: Sequence[Json]) -> Answer:
        """One object for each name; an empty one if nothing matches."""
        if not isinstance(named, list) or len(named) > MOST_NAMES:
            return json_answer(400, {"code": 400, "error": "recordings must be a list of at most 50."}, **LIMITS)
        return json_answer(200, [self._looked_up(item) for item in named], **LIMITS)

    def _looked_up(self, item: Json) -> Json:
        artist = self.likeness.known.artist_named(str(item.get("artist_name", "")))
        title = str(item.get("recording_name", "")).split(" (feat. ")[0]
        track = self.likeness.recordings.get(mbid("recording", artist.name, title)) if artist else None
        if track is None:
            return {}
        return {
            "recording_mbid": recording_mbid(track),
            "release_mbid": mbid("release", group_mbid(track)),
            "artist_mbids": [mbid("artist", each.name) for each in track.artists],
            "recording_name": title_of(track),
            "release_name": track.album.name if track.album else None,
            "artist_credit_name": track.artists[0].name,
        }


def _mbids(request: Request, name: str) -> list[str]:
    return request.query.get(name, "").split(",")


def _artist(artist: Artist) -> Json:
    key = mbid("artist", artist.name)
    return {
        "artist_mbid": key,
        "mbid": key,
        "name": artist.name,
        "area": area_of(artist)[0],
        "begin_year": 1991,
        "rels": {},
        "type": "Group",
        "tag": {"artist": [{**tag, "artist_mbid": key} for tag in artist_tags(artist)]},
    }


def _recording(track: Track) -> Json:
    key = mbid("artist", track.artists[0].name)
    release = mbid("release", group_mbid(track))
    return {
        "recording": {"name": title_of(track), "length": track.duration_ms, "rels": []},
        "artist": {"name": track.artists[0].name, "artists": []},
        "release": {
            "album_artist_name": track.artists[0].name,
            "caa_id": 829521842,
            "caa_release_mbid": release,
            "mbid": release,
            "name": track.album.name,
            "release_group_mbid": group_mbid(track),
            "year": int(first_date(track)[:4]),
        } if track.album else {},
        "tag": {
            "artist": [{**tag, "artist_mbid": key} for tag in artist_tags(track.artists[0])],
            "recording": recording_tags(track),
            "release_group": group_tags(track),
        },
    }  # fmt: skip


def _group(track: Track) -> Json:
    return {
        "artist": {"name": track.artists[0].name, "artists": []},
        "release_group": {"name": track.album.name if track.album else "", "date": first_date(track), "type": "Album"},
        "tag": {"artist": [], "release_group": group_tags(track)},
    }
