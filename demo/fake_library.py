"""The simulated Spotify's libraries: liked songs, saved albums and followed artists."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from demo.fake_json import album_json, artist_json
from demo.fake_shelf import MOST, FakeItem, FakeShelf, Json, paged
from demo.fake_wire import Answer, Request, json_answer, refusal
from music import Album, Artist

SCOPES = {"tracks": "user-library-read", "albums": "user-library-read", "following": "user-follow-read"}


@dataclass(frozen=True)
class FakeSavedAlbum:
    album: Album
    added_at: datetime
    tracks: int


@dataclass
class FakeLibrary:
    """The libraries by listener, the newest items first."""

    shelf: FakeShelf
    liked: dict[str, list[FakeItem]] = field(default_factory=dict)
    albums: dict[str, list[FakeSavedAlbum]] = field(default_factory=dict)
    artists: dict[str, list[Artist]] = field(default_factory=dict)

    def answer(self, request: Request, listener: str, scopes: str) -> Answer | None:
        """None for requests that are not about these."""
        kind = request.path.removeprefix("/v1/me/")
        if request.method != "GET" or kind not in SCOPES:
            return None
        if SCOPES[kind] not in scopes.split():
            return refusal(403, "Insufficient client scope")
        if kind == "following":
            return self._followed(request, self.artists.get(listener, ()))
        items = self._liked(request, listener) if kind == "tracks" else self._saved(listener)
        return paged(request, items)

    def _liked(self, request: Request, listener: str) -> list[Json]:
        market = request.query.get("market")
        return [self.shelf.item_json(item, market, "track") for item in self.liked.get(listener, ())]

    def _saved(self, listener: str) -> list[Json]:
        return [
            {"added_at": f"{each.added_at:%Y-%m-%dT%H:%M:%SZ}", "album": album_json(each.album, total=each.tracks)}
            for each in self.albums.get(listener, ())
        ]

    def _followed(self, request: Request, artists: Sequence[Artist]) -> Answer:
        """A page by cursor: `after` is the id of the last artist of the page before."""
        limit, after = request.query.get("limit", "20"), request.query.get("after")
        if request.query.get("type") != "artist" or not (limit.isdigit() and 1 <= int(limit) <= MOST):
            return refusal(400, "Invalid limit")
        ids = [artist.spotify_id for artist in artists]
        start = ids.index(after) + 1 if after in ids else 0
        shown = artists[start : start + int(limit)]
        further = shown and start + len(shown) < len(artists)
        page: Json = {
            "cursors": {"after": shown[-1].spotify_id if further else None},
            "items": [artist_json(artist) for artist in shown],
            "limit": int(limit),
            "next": f"https://api.spotify.com/v1/me/following?after={shown[-1].spotify_id}" if further else None,
            "total": len(artists),
        }
        return json_answer(200, {"artists": page})
