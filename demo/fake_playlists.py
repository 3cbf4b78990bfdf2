"""The simulated Spotify's playlists: private and public ones, and libraries from which they can be deleted."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.fake_shelf import FakeItem, FakeShelf, paged
from demo.fake_wire import Answer, Request, json_answer, refusal

API = "https://api.spotify.com/v1"
MOST_ITEMS, MOST_LISTED = 100, 50
NO_SCOPE = "Insufficient client scope"
COLLABORATIVE = "playlist-read-collaborative"


@dataclass
class FakePlaylist:
    id: str
    owner: str
    name: str
    description: str | None
    public: bool
    items: list[FakeItem] = field(default_factory=list)
    collaborative: bool = False
    version: int = 1

    @property
    def uris(self) -> list[str]:
        return [item.uri for item in self.items]

    def fill(self, items: Sequence[FakeItem]) -> None:
        """Replace its content, which makes a new snapshot."""
        self.items, self.version = list(items), self.version + 1


@dataclass
class FakePlaylists:
    """All playlists, and the library of each listener, the newest playlist first."""

    shelf: FakeShelf = field(default_factory=FakeShelf)
    by_id: dict[str, FakePlaylist] = field(default_factory=dict)
    libraries: dict[str, list[str]] = field(default_factory=dict)

    def of(self, listener: str) -> list[FakePlaylist]:
        """The playlists in the listener's library."""
        return [self.by_id[playlist_id] for playlist_id in self.libraries.get(listener, [])]

    def add(
        self, owner: str, name: str, description: str | None = None, *, public: bool = True, playlist_id: str = ""
    ) -> FakePlaylist:
        """A new playlist, which is numbered unless it has an id."""
        playlist = FakePlaylist(playlist_id or f"{len(self.by_id) + 1:022}", owner, name, description, public)
        self.by_id[playlist.id] = playlist
        self.libraries.setdefault(owner, []).insert(0, playlist.id)
        return playlist

    def delete(self, listener: str, playlist_id: str) -> None:
        """As if the listener deleted it: the playlist is only unfollowed, and can still be written."""
        self.libraries[listener].remove(playlist_id)

    def follow(self, listener: str, playlist_id: str) -> None:
        self.libraries.setdefault(listener, []).append(playlist_id)

    def answer(self, request: Request, listener: str, scopes: str) -> Answer | None:
        """None for requests that are not about playlists."""
        granted, method, path = set(scopes.split()), request.method, request.path.removeprefix("/v1/")
        if (method, path) == ("GET", "me/library/contains"):
            return self._contains(request, listener, granted)
        if (method, path) == ("GET", "me/playlists"):
            return self._listed(request, listener, granted)
        if (method, path) == ("POST", "me/playlists"):
            return self._made(json.loads(request.body), listener, granted)
        if method == "GET" and path.startswith("playlists/") and path.endswith("/items"):
            return self._items(request, path.split("/")[1], listener, granted)
        if path.startswith("playlists/"):
            return self._changed(request, path.split("/")[1:], listener, granted)
        return None

    def _contains(self, request: Request, listener: str, granted: set[str]) -> Answer:
        if "playlist-read-private" not in granted:
            return refusal(403, NO_SCOPE)
        ids = [uri.removeprefix("spotify:playlist:") for uri in request.query.get("uris", "").split(",")]
        return json_answer(200, [playlist_id in self.libraries.get(listener, []) for playlist_id in ids])

    def _listed(self, request: Request, listener: str, granted: set[str]) -> Answer:
        limit, offset = int(request.query.get("limit", "20")), int(request.query.get("offset", "0"))
        if "playlist-read-private" not in granted:
            return refusal(403, NO_SCOPE)
        if not 1 <= limit <= MOST_LISTED:
            return refusal(400, "Invalid limit")
        # Without the scope for them, collaborative playlists are left out.
        readable = [each for each in self.of(listener) if not each.collaborative or COLLABORATIVE in granted]
        playlists = [_json(playlist) for playlist in readable]
        return json_answer(200, _page(f"{API}/me/playlists", playlists, limit, offset))

    def _items(self, request: Request, playlist_id: str, listener: str, granted: set[str]) -> Answer:
        """Only of the listener's own and of collaborative playlists (Spotify: changes/february-2026)."""
        playlist = self.by_id.get(playlist_id)
        if "playlist-read-private" not in granted:
            return refusal(403, NO_SCOPE)
        if playlist is None:
            return refusal(404, "Resource not found")
        if playlist.owner != listener and not (playlist.collaborative and COLLABORATIVE in granted):
            return refusal(403, "Forbidden")
        market = request.query.get("market")
        return paged(request, [self.shelf.item_json(item, market) for item in playlist.items])

    def _made(self, body: dict[str, Any], listener: str, granted: set[str]) -> Answer:
        public = body.get("public", True)
        if _modify(public=public) not in granted:
            return refusal(403, NO_SCOPE)
        if not body.get("name"):
            return refusal(400, "Missing required field: name")
        playlist = self.add(listener, body["name"], body.get("description"), public=public)
        items = _page(f"{API}/playlists/{playlist.id}/items", [], MOST_ITEMS, 0)
        return json_answer(201, _json(playlist) | {"items": items})

    def _changed(self, request: Request, path: list[str], listener: str, granted: set[str]) -> Answer:
        playlist = self.by_id.get(path[0])
        if path[1:] == ["tracks"]:  # gone for apps in Development Mode
            return refusal(403, "Forbidden")
        if request.method != "PUT" or path[1:] not in ([], ["items"]):
            return refusal(404, "Not Found")
        if playlist is None:
            return refusal(404, "Resource not found")
        if playlist.owner != listener:
            return refusal(403, "Forbidden")
        if _modify(public=playlist.public) not in granted:
            return refusal(403, NO_SCOPE)
        body = json.loads(request.body)
        return _filled(playlist, body.get("uris")) if path[1:] else _described(playlist, body)


def _page(here: str, items: list[dict[str, Any]], limit: int, offset: int) -> dict[str, Any]:
    return {
        "href": f"{here}?offset={offset}&limit={limit}",
        "items": items[offset : offset + limit],
        "limit": limit,
        "next": f"{here}?offset={offset + limit}&limit={limit}" if offset + limit < len(items) else None,
        "offset": offset,
        "previous": None,
        "total": len(items),
    }


def _modify(*, public: bool) -> str:
    return "playlist-modify-public" if public else "playlist-modify-private"


def _filled(playlist: FakePlaylist, uris: Any) -> Answer:
    if not isinstance(uris, list) or not all(uri.startswith(("spotify:track:", "spotify:episode:")) for uri in uris):
        return refusal(400, "Invalid track uri")
    if len(uris) > MOST_ITEMS:
        return refusal(400, "You can add a maximum of 100 tracks per request.")
    playlist.fill([FakeItem(uri, added_by=playlist.owner) for uri in uris])
    return json_answer(200, {"snapshot_id": _snapshot(playlist)})


def _snapshot(playlist: FakePlaylist) -> str:
    return f"{playlist.version:08}{playlist.id}"


def _described(playlist: FakePlaylist, body: dict[str, Any]) -> Answer:
    playlist.name, playlist.public = body.get("name", playlist.name), body.get("public", playlist.public)
    playlist.description = body.get("description", playlist.description)
    return Answer(200, {}, b"")


def _json(playlist: FakePlaylist) -> dict[str, Any]:
    url = f"{API}/playlists/{playlist.id}"
    return {
        "collaborative": playlist.collaborative,
        "description": playlist.description,
        "external_urls": {"spotify": f"https://open.spotify.com/playlist/{playlist.id}"},
        "href": url,
        "id": playlist.id,
        "images": [],
        "items": {"href": f"{url}/items", "total": len(playlist.uris)},
        "name": playlist.name,
        "owner": {"display_name": playlist.owner.title(), "id": playlist.owner, "type": "user"},
        "public": playlist.public and not playlist.collaborative,
        "snapshot_id": _snapshot(playlist),
        "type": "playlist",
        "uri": f"spotify:playlist:{playlist.id}",
    }
