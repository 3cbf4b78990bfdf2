"""The simulated ListenBrainz and its labs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from demo.fake_metadata import LIMITS, FakeMetadata
from demo.fake_wire import Answer, Request, json_answer
from demo.likeness import Likeness, mbid, recording_mbid, title_of
from music import Track

Json = dict[str, Any]
ALGORITHMS = {
    "similar-artists": "session_based_days_7500_session_300_contribution_5_threshold_10_limit_100_filter_True_skip_30",
    "similar-recordings": "session_based_days_9000_session_300_contribution_5_threshold_15_limit_50_skip_30",
}
NOBODY, TOO_NEW = "nobody", "too-new"  # a user who does not exist, and one for whom nothing has been computed yet


class FakeListenBrainz:
    """`algorithms` are the available ones, by endpoint; `token` is the only valid token."""

    def __init__(self, likeness: Likeness, token: str) -> None:
        self.likeness, self.token, self.algorithms = likeness, token, dict(ALGORITHMS)
        self.metadata = FakeMetadata(likeness)

    def labs(self, request: Request, today: date) -> Answer:
        question, hashes = request.path.split("/")[-2], request.json
        if not isinstance(hashes, list) or not hashes:
            return json_answer(400, {"error": "POST data must be a JSON list of hashes."}, **LIMITS)
        if question == "spotify-id-from-metadata":
            return self._spotify_ids(hashes, today)
        if question not in self.algorithms:
            return json_answer(404, {"error": "Not Found"}, **LIMITS)
        if hashes[0].get("algorithm") != self.algorithms[question]:
            message = f"value is not a valid enumeration member; permitted: '{self.algorithms[question]}'"
            return json_answer(400, {"error": [{"loc": ["algorithm"], "msg": message}]}, **LIMITS)
        if question == "similar-artists":
            return self._similar_artists(hashes[0].get("artist_mbids", []))
        return self._similar_recordings(hashes[0].get("recording_mbids", []))

    def api(self, request: Request, today: date) -> Answer:
        credentials = request.headers.get("authorization")
        if credentials not in {None, f"Token {self.token}"}:
            return _refused(401, "Invalid authorization token.")
        match request.path.removeprefix("/lb/1/").rstrip("/").split("/"):
            case ["popularity", "top-recordings-for-artist", artist]:
                return self._top_recordings(artist, today) if credentials else _refused(401, "You need a token.")
            case ["cf", "recommendation", "user", user, "recording"]:
                return self._recommendations(user, int(request.query.get("count", "25")))
            case ["metadata", "recording" | "artist" | "release_group" | "lookup"]:
                return self.metadata.answer(request, has_token=credentials is not None)
        return _refused(404, "Not Found")

    def _similar_artists(self, mbids: Sequence[str]) -> Answer:
        artist = next((self.likeness.artists[each] for each in mbids if each in self.likeness.artists), None)
        similar = self.likeness.similar(artist) if artist else []
        items = [
            {"artist_mbid": mbid("artist", other.name), "name": other.name, "comment": "", "type": "Group",
             "gender": None, "score": score, "reference_mbid": mbids[0]}
            for other, score in similar
        ]  # fmt: skip
        return json_answer(200, items, **LIMITS)

    def _similar_recordings(self, mbids: Sequence[str]) -> Answer:
        track = next((self.likeness.recordings[each] for each in mbids if each in self.likeness.recordings), None)
        similar = self.likeness.next_to(track) if track else []
        items = [
            {"recording_mbid": recording_mbid(other), "recording_name": title_of(other), "artist_credit_name":
             other.artists[0].name, "[artist_credit_mbids]": [mbid("artist", other.artists[0].name)],
             "release_name": _album(other), "release_mbid": None, "caa_id": None, "caa_release_mbid": None,
             "score": score, "reference_mbid": mbids[0]}
            for other, score in similar
        ]  # fmt: skip
        return json_answer(200, items, **LIMITS)

    def _spotify_ids(self, named: Sequence[Json], today: date) -> Answer:
        names = ("artist_name", "release_name", "track_name")
        for number, item in enumerate(named):
            missing = [name for name in names if not item.get(name)]
            if missing:
                message = f"Required parameter '{missing[0]}' cannot be blank in row {number}."
                return json_answer(400, {"error": message}, **LIMITS)
        items = [
            {**{name: item[name] for name in names},
             "spotify_track_ids": self.likeness.spotify_ids(item["artist_name"], item["track_name"], today)}
            for item in named
        ]  # fmt: skip
        return json_answer(200, items, **LIMITS)

    def _top_recordings(self, artist_mbid: str, today: date) -> Answer:
        artist = self.likeness.artists.get(artist_mbid)
        tracks = self.likeness.best_known(artist, today) if artist else []
        items = [
            {"artist_mbids": [artist_mbid], "artist_name": track.artists[0].name, "length": track.duration_ms,
             "recording_mbid": recording_mbid(track), "recording_name": title_of(track),
             "release_name": _album(track), "release_mbid": None, "total_listen_count": count,
             "total_user_count": count // 9 + 1}
            for track, count in tracks
        ]  # fmt: skip
        return json_answer(200, items, **LIMITS)

    def _recommendations(self, user: str, count: int) -> Answer:
        if user == NOBODY:
            return _refused(404, f"Cannot find user: {user}")
        if user == TOO_NEW:
            return Answer(204, {}, b"")
        ids = sorted(self.likeness.recordings, key=lambda recording: mbid(user, recording))[:count]
        items = [{"recording_mbid": recording, "score": 4 - rank / 100, "latest_listened_at": None}
                 for rank, recording in enumerate(ids)]  # fmt: skip
        payload = {"mbids": items, "user_name": user, "count": len(items), "entity": "recording", "last_updated": 1}
        return json_answer(200, {"payload": payload}, **LIMITS)


def _album(track: Track) -> str | None:
    return track.album.name if track.album else None


def _refused(status: int, message: str) -> Answer:
    return json_answer(status, {"code": status, "error": message}, **LIMITS)
