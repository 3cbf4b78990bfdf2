"""The endpoints of Spotify's Web API that Insight uses; each answer is one of our own types."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from music import Artist, Listener, Track
from spotify.clock import clock_ahead
from spotify.errors import Blocked, NotAvailable, NotFound, OurMistake, Reconnect, SpotifyError, TryLater
from spotify.forbidden import forbidden
from spotify.http import Answer, Http
from spotify.limits import read_limit
from spotify.quota import Quota
from spotify.reading import (
    KINDS,
    AlbumPage,
    RecentPage,
    ReleasePage,
    SearchPage,
    read_album,
    read_album_tracks,
    read_artist,
    read_listener,
    read_recent,
    read_recommendations,
    read_releases,
    read_search,
    read_track,
)
from spotify.refusals import message, text

SPOTIFY_ID = re.compile(r"[A-Za-z0-9]{1,64}")
SEARCH_LIMIT = 10  # for an app in Development Mode (Spotify: changes/february-2026)
SEARCH_DEPTH = 1000
ALBUMS_LIMIT = 10  # of an artist's albums, likewise
TRACKS_LIMIT = 50  # of an album's tracks
MOST_SEEDS = 5
TRACKS = "tracks"  # the group of endpoints
DONE = {200, 201, 204}
Query = Mapping[str, str | int]


class SpotifyClient:
    """Calls the API for one listener (or for the app itself), and remembers the endpoints that this app may not use.

    `token` returns a usable access token; `renew` returns a newer one if Spotify rejects that. Every call may raise any
    SpotifyError; NotFound only if it takes an id.
    """

    def __init__(
        self,
        http: Http,
        token: Callable[[], str],
        quota: Quota,
        api_url: str,
        now: Callable[[], datetime],
        renew: Callable[[], str] | None = None,
    ) -> None:
        self._http, self._token, self._renew = http, token, renew
        self._quota, self._api_url, self._now = quota, api_url, now
        self._absent: dict[str, str] = {}
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The time on Spotify's clock, by its latest answer; without one, on this machine's."""
        return self._now() - self._ahead

    def me(self) -> Listener:
        return read_listener(self._get("me", "/v1/me"))

    def recently_played(self) -> RecentPage:
        """At most the 50 newest plays, which is all that Spotify shows, even with a cursor."""
        return read_recent(self._get("player", "/v1/me/player/recently-played", {"limit": 50}))

    def track(self, spotify_id: str, market: str | None = None) -> Track:
        """`market` is an ISO 3166-1 code; the default is the listener's own. An app's own token needs one. Raises
        NotFound.
        """
        return read_track(self._get(TRACKS, "/v1/tracks/{id}", {"market": market} if market else {}, spotify_id))

    def artist(self, spotify_id: str) -> Artist:
        """Raises NotFound."""
        return read_artist(self._get("artists", "/v1/artists/{id}", spotify_id=spotify_id))

    def search(
        self, query: str, kinds: Sequence[str] = ("track",), limit: int = SEARCH_LIMIT, offset: int = 0
    ) -> SearchPage:
        """`kinds` can be "track" and "artist"; `limit` is 1 to 10 per kind, `offset` 0 to 1000."""
        if not kinds or not set(kinds) <= set(KINDS):
            raise OurMistake(f"A search is for {' and '.join(KINDS)}, not for {', '.join(kinds) or 'nothing'}.")
        if not (1 <= limit <= SEARCH_LIMIT and 0 <= offset <= SEARCH_DEPTH):
            raise OurMistake(f"A search takes a limit of 1 to {SEARCH_LIMIT} and an offset of 0 to {SEARCH_DEPTH}.")
        parameters: Query = {"q": query, "type": ",".join(kinds), "limit": limit, "offset": offset}
        return read_search(self._get("search", "/v1/search", parameters), kinds)

    def artist_albums(
        self, spotify_id: str, kinds: Sequence[str] = ("album", "single"), limit: int = ALBUMS_LIMIT, offset: int = 0
    ) -> ReleasePage:
        """`kinds` can be album, single, appears_on and compilation; `limit` is 1 to 10.

        The order is Spotify's: usually by kind, then the newest first. Raises NotFound.
        """
        if not (1 <= limit <= ALBUMS_LIMIT and offset >= 0):
            raise OurMistake(f"An artist's albums take a limit of 1 to {ALBUMS_LIMIT} and an offset of 0 or more.")
        query: Query = {"include_groups": ",".join(kinds), "limit": limit, "offset": offset}
        return read_releases(self._get("artists", "/v1/artists/{id}/albums", query, spotify_id))

    def album(self, spotify_id: str, market: str | None = None) -> AlbumPage:
        """The album with all its tracks: one call, and one more for every 50 tracks beyond the first 50.

        `market` is an ISO 3166-1 code; the default is the listener's own. Raises NotFound.
        """
        query: Query = {"market": market} if market else {}
        page = read_album(self._get("albums", "/v1/albums/{id}", query, spotify_id))
        tracks, unreadable = list(page.tracks), list(page.unreadable)
        for offset in range(TRACKS_LIMIT, page.total, TRACKS_LIMIT):
            further: Query = {**query, "limit": TRACKS_LIMIT, "offset": offset}
            body = self._get("albums", "/v1/albums/{id}/tracks", further, spotify_id)
            more_tracks, more_unreadable = read_album_tracks(body, page.album)
            if not more_tracks and not more_unreadable:  # fewer than its `total`
                break
            tracks += more_tracks
            unreadable += more_unreadable
        return AlbumPage(page.album, tuple(tracks), page.total, tuple(unreadable))

    def recommendations(
        self,
        seed_artists: Sequence[str] = (),
        seed_genres: Sequence[str] = (),
        seed_tracks: Sequence[str] = (),
        limit: int = 100,
    ) -> tuple[Track, ...]:
        """Tracks similar to 1 to 5 seeds in total (ids, and Spotify's names of genres); `limit` is 1 to 100.

        Only for apps that had this endpoint before 2024-11-27: others get NotAvailable.
        """
        seeds = {"seed_artists": seed_artists, "seed_genres": seed_genres, "seed_tracks": seed_tracks}
        if not 1 <= sum(map(len, seeds.values())) <= MOST_SEEDS or not 1 <= limit <= 100:
            raise OurMistake(f"Recommendations take 1 to {MOST_SEEDS} seeds in all and a limit of 1 to 100.")
        query: Query = {name: ",".join(values) for name, values in seeds.items() if values} | {"limit": limit}
        return read_recommendations(self._get("recommendations", "/v1/recommendations", query))

    def _get(self, group: str, path: str, query: Query | None = None, spotify_id: str | None = None) -> Any:
        return self.ask("GET", group, path, query=query, spotify_id=spotify_id)

    def ask(
        self,
        method: str,
        group: str,
        path: str,
        *,
        query: Query | None = None,
        body: Mapping[str, object] | None = None,
        spotify_id: str | None = None,
    ) -> Any:
        """Make one call; returns the JSON of the answer, or None if there is none. `body` is sent as JSON.

        For modules with calls of their own (spotify/playlists.py). Raises NotFound only if `spotify_id` is set.
        """
        if spotify_id is not None and not SPOTIFY_ID.fullmatch(spotify_id):
            raise OurMistake(f"{spotify_id!r} is not a Spotify id: those have only letters and digits, usually 22.")
        self._check_callable(group, path)
        url = self._api_url + path.replace("{id}", spotify_id or "")
        send = partial(self._send, method, group, url, query, body)
        answer = send(self._token())
        if answer.status == 401 and self._renew:
            answer = send(self._renew())
        self._ahead = clock_ahead(answer.headers, self._now())
        if answer.status not in DONE:
            raise self._refusal(group, path, answer, spotify_id)
        return answer.json()

    def _check_callable(self, group: str, path: str) -> None:
        if path in self._absent:
            raise NotAvailable(self._absent[path])
        until = self._quota.blocked_until(group)
        if until is not None and until > self._now():
            raise Blocked(group, until, "as it said earlier")
        self._quota.check_budget(group)

    def _send(
        self, method: str, group: str, url: str, query: Query | None, body: Mapping[str, object] | None, token: str
    ) -> Answer:
        headers, counted = {"Authorization": f"Bearer {token}"}, partial(self._quota.count, group)
        return self._http.send(method, url, query=query, json=body, headers=headers, on_sent=counted)

    def _refusal(self, group: str, path: str, answer: Answer, spotify_id: str | None) -> SpotifyError:
        if answer.status == 429:
            return self._limited(group, answer)
        if answer.status >= 500:
            cause = f"Spotify fails at the moment ({answer.status})"
            return TryLater(f"{cause}; the next run tries again.", cause=cause)
        if answer.status == 401:
            return self._rejected_token()
        if answer.status == 404 and spotify_id:
            return NotFound(f"Spotify has nothing with the id {spotify_id!r}; trying again does not help.")
        if answer.status in {403, 404}:
            return self._forbidden(path, answer)
        reason = message(answer.json()) or "without a reason"
        return OurMistake(f"Spotify refused {path} ({answer.status} {reason}); report this.")

    def _rejected_token(self) -> SpotifyError:
        """Temporary for a token that was just renewed: without a valid consent, there would be no new token."""
        if self._renew is None:
            return Reconnect("Spotify rejected the token: connect again.")
        cause = "Spotify rejects its own new token at the moment (401)"
        return TryLater(f"{cause}; the next run tries again. If it lasts for days, connect again.", cause=cause)

    def _limited(self, group: str, answer: Answer) -> TryLater:
        error = read_limit(answer.headers, answer.body, self._now()).refusal(group, self._now())
        if isinstance(error, Blocked):
            self._quota.block(group, error.until, error.reason)
        return error

    def _forbidden(self, path: str, answer: Answer) -> SpotifyError:
        """Refusals differ only in their wording, which may change; the body may be text or empty."""
        error = forbidden(path, message(answer.json()) or text(answer.body), answer.status)
        if error is not None:
            return error
        self._absent[path] = (
            f"This app has no access to {path}: Spotify no longer offers it to apps in Development Mode. Do without "
            "it, or use an app in Extended Quota Mode."
        )
        return NotAvailable(self._absent[path])
