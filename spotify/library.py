"""Read a listener's playlists, liked songs, saved albums and followed artists, page by page, within limits.

Every call may raise any SpotifyError; `playlist_items` raises NotFound if Spotify has no playlist with that id.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Generic, TypeVar

from music import Artist
from spotify.client import SpotifyClient
from spotify.library_reading import (
    ListedItem,
    ListedPlaylist,
    SavedAlbum,
    read_albums,
    read_artists,
    read_cursor,
    read_items,
    read_playlists,
    read_total,
)

# These only allow reading: Insight can change neither playlists nor the library with them.
SCOPES = ("playlist-read-private", "playlist-read-collaborative", "user-library-read", "user-follow-read")
# Groups of endpoints by which calls are counted; Spotify counts those of playlists by themselves.
PLAYLISTS, LIBRARY = "playlist reading", "library reading"
PAGE = 50  # the most that Spotify shows at once
ALBUMS = 20  # saved albums come with all their tracks, and 50 of them could exceed what we accept of one answer
MOST_PLAYLISTS, MOST_ITEMS, MOST_SAVED = 1000, 11_000, 20_000  # a playlist holds 11,000 items at most
T = TypeVar("T")
Query = Mapping[str, str | int]


def allows(scopes: str) -> bool:
    """Whether the granted scopes allow reading playlists and the library."""
    return set(SCOPES) <= set(scopes.split())


def own_playlists(client: SpotifyClient) -> list[ListedPlaylist]:
    """The playlists in the listener's list, also those of others that they follow, in the listener's order."""
    return list(_pages(client, PLAYLISTS, "/v1/me/playlists", {}, read_playlists, range(0, MOST_PLAYLISTS, PAGE)))


def playlist_items(client: SpotifyClient, playlist_id: str, market: str | None) -> list[ListedItem]:
    """The items of a playlist that the listener owns or may add to.

    Without `market` (ISO 3166-1), Spotify does not say which songs can be played.
    """
    path = "/v1/playlists/{id}/items"
    return list(_pages(client, PLAYLISTS, path, _in(market), read_items, range(0, MOST_ITEMS, PAGE), playlist_id))


class Listed(Generic[T]):
    """A part of the library: one call says how many items there are, and lists the newest; `all` makes one per page."""

    def __init__(
        self, client: SpotifyClient, path: str, query: Query, read: Callable[[Any], list[T]], page: int = PAGE
    ) -> None:
        self._client, self._path, self._read, self._page = client, path, read, page
        self._query = query
        body = client.ask("GET", LIBRARY, path, query={**query, "limit": page, "offset": 0})
        self.total, self.newest = read_total(body), read(body)

    def all(self, most: int = MOST_SAVED) -> list[T]:
        """The newest items, then the others, about `most` in total."""
        if self.total <= self._page:
            return self.newest
        offsets = range(self._page, min(most, MOST_SAVED), self._page)
        return [*self.newest, *_pages(self._client, LIBRARY, self._path, self._query, self._read, offsets)]


def liked_songs(client: SpotifyClient, market: str | None) -> Listed[ListedItem]:
    """The newest first."""
    return Listed(client, "/v1/me/tracks", _in(market), read_items)


def saved_albums(client: SpotifyClient) -> Listed[SavedAlbum]:
    """The newest first."""
    return Listed(client, "/v1/me/albums", {}, read_albums, ALBUMS)


def followed_artists(client: SpotifyClient) -> list[Artist]:
    """The followed artists; one call for every 50."""
    return list(islice(_followed(client), MOST_SAVED))


def _followed(client: SpotifyClient) -> Iterator[Artist]:
    query: dict[str, str | int] = {"type": "artist", "limit": PAGE}
    for _ in range(0, MOST_SAVED, PAGE):
        body = client.ask("GET", LIBRARY, "/v1/me/following", query=query)
        page = body.get("artists") if isinstance(body, dict) else None
        yield from read_artists(page)
        after = read_cursor(page)
        if after is None:
            return
        query["after"] = after


def _in(market: str | None) -> Query:
    return {"market": market} if market else {}


def _pages(
    client: SpotifyClient,
    group: str,
    path: str,
    query: Query,
    read: Callable[[Any], list[T]],
    offsets: range,
    spotify_id: str | None = None,
) -> Iterator[T]:
    for offset in offsets:
        part = {**query, "limit": offsets.step, "offset": offset}
        body = client.ask("GET", group, path, query=part, spotify_id=spotify_id)
        yield from read(body)
        if not body.get("next"):
            return
