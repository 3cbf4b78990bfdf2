"""The contents of the simulated Spotify's playlists and libraries, and what of them cannot be played any more."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from demo.fake_json import page_json, track_json
from demo.fake_wire import Answer, Request, json_answer, refusal
from music import Track, local_names

MOST = 50  # items of one page
Json = dict[str, Any]


@dataclass(frozen=True)
class FakeItem:
    """A place in a playlist or among the liked songs; local files and unknown music have only a `uri`."""

    uri: str
    added_at: datetime | None = None
    added_by: str | None = None
    track: Track | None = None


def item_of(track: Track, added_at: datetime | None = None, added_by: str | None = None) -> FakeItem:
    return FakeItem(str(track.uri), added_at, added_by, track)


@dataclass
class FakeShelf:
    """Exceptions by URI: what is `gone` from the catalogue, what is `restricted` and why, what is `relinked` to another
    track, and for what Spotify is `silent` about whether it can be played.
    """

    gone: set[str] = field(default_factory=set)
    restricted: dict[str, str] = field(default_factory=dict)
    relinked: dict[str, Track] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def item_json(self, item: FakeItem, market: str | None, name: str = "item") -> Json:
        return {
            "added_at": item.added_at and f"{item.added_at:%Y-%m-%dT%H:%M:%SZ}",
            "added_by": item.added_by and {"id": item.added_by, "type": "user", "uri": f"spotify:user:{item.added_by}"},
            "is_local": item.uri.startswith("spotify:local:"),
            name: None if item.uri in self.gone else self._track_json(item, market),
        }

    def _track_json(self, item: FakeItem, market: str | None) -> Json:
        track = self.relinked.get(item.uri, item.track) if market else item.track
        described = track_json(track) if track else _bare_json(item.uri)
        if market is None or item.uri in self.silent or item.uri.startswith("spotify:local:"):
            return described
        reason = self.restricted.get(item.uri)
        restrictions: Json = {"restrictions": {"reason": reason}} if reason else {}
        return described | {"is_playable": reason is None} | restrictions


def _bare_json(uri: str) -> Json:
    """A local file, or something of which only the URI is known."""
    artist, album, title = local_names(uri)
    return {
        "album": {"name": album, "artists": [], "images": [], "type": "album"},
        "artists": [{"name": artist, "type": "artist"}] if artist else [],
        "id": None if uri.startswith("spotify:local:") else uri.rpartition(":")[2],
        "is_local": uri.startswith("spotify:local:"),
        "name": title or "",
        "type": uri.split(":")[1] if uri.startswith("spotify:episode:") else "track",
        "uri": uri,
    }


def paged(request: Request, items: Sequence[Json]) -> Answer:
    """The page of `items` that the request asks for."""
    limit, offset = request.query.get("limit", "20"), request.query.get("offset", "0")
    if not (limit.isdigit() and offset.isdigit() and 1 <= int(limit) <= MOST):
        return refusal(400, "Invalid limit")
    return json_answer(200, page_json(request.path, items, int(limit), int(offset)))
