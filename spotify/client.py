"""The Web API as this project uses it: a handful of endpoints, each one call, each answer one of our nouns."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from music import Artist, Listener, Track
from spotify import http
from spotify.errors import Blocked, NotAvailable, NotFound, OurMistake, Reconnect, TryLater
from spotify.http import Answer, Http
from spotify.quota import Quota
from spotify.reading import (
    RecentPage,
    SearchPage,
    read_artist,
    read_listener,
    read_recent,
    read_search,
    read_track,
)

UNKNOWN_WAIT = timedelta(minutes=5)  # for a 429 that does not say how long
DAY = timedelta(days=1)  # how long a used-up quota lasts when Spotify does not say


class SpotifyClient:
    """Calls on behalf of one listener (or of the app itself); remembers which endpoints this app does not have.

    `token` gives a usable access token; `renew` one that is newer, for when Spotify does not take that one.
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

    def me(self) -> Listener:
        return read_listener(self._get("me", "/v1/me"))

    def recently_played(self) -> RecentPage:
        """All that Spotify shows: the 50 newest plays at most, however far a cursor would point."""
        return read_recent(self._get("player", "/v1/me/player/recently-played", {"limit": 50}))

    def track(self, spotify_id: str, market: str) -> Track:
        """`market` (ISO 3166-1): without one a track counts as unavailable to an app's own token. Raises NotFound."""
        return read_track(self._get("tracks", "/v1/tracks/{id}", {"market": market}, spotify_id))

    def artist(self, spotify_id: str) -> Artist:
        """Raises NotFound."""
        return read_artist(self._get("artists", "/v1/artists/{id}", spotify_id=spotify_id))

    def search(self, query: str, kinds: Sequence[str] = ("track",), limit: int = 10, offset: int = 0) -> SearchPage:
        """`limit` is 10 at most for an app in Development Mode (Spotify: changes/february-2026)."""
        parameters: dict[str, str | int] = {"q": query, "type": ",".join(kinds), "limit": limit, "offset": offset}
        return read_search(self._get("search", "/v1/search", parameters))

    def _get(
        self, group: str, path: str, query: Mapping[str, str | int] | None = None, spotify_id: str | None = None
    ) -> Any:
        if path in self._absent:
            raise NotAvailable(self._absent[path])
        until = self._quota.blocked_until(group)
        if until is not None and until > self._now():
            raise Blocked(group, until, "told earlier")
        url = self._api_url + (path.replace("{id}", spotify_id) if spotify_id else path)
        answer = self._send(group, url, query, self._token())
        if answer.status == 401 and self._renew:
            answer = self._send(group, url, query, self._renew())
        if answer.status != 200:
            raise self._refusal(group, path, answer, spotify_id)
        return answer.json()

    def _send(self, group: str, url: str, query: Mapping[str, str | int] | None, token: str) -> Answer:
        self._quota.count(group)
        return self._http.send("GET", url, query=query, headers={"Authorization": f"Bearer {token}"})

    def _refusal(self, group: str, path: str, answer: Answer, spotify_id: str | None) -> Exception:
        if answer.status == 429:
            return self._blocked(group, answer)
        if answer.status >= 500:
            return TryLater(f"Spotify fails at the moment ({answer.status}); the next run tries again.")
        if answer.status == 401:
            return Reconnect("Spotify does not take the token, not even a new one: connect again.")
        if answer.status == 404 and spotify_id:
            return NotFound(f"Spotify has nothing under {spotify_id!r}.")
        if answer.status in {403, 404}:
            return self._forbidden(path, answer)
        said = http.message(answer.json()) or "without a reason"
        return OurMistake(f"Spotify refused {path} ({answer.status} {said}); report this.")

    def _blocked(self, group: str, answer: Answer) -> Exception:
        spent = http.reason(answer.json()) == "QUOTA_EXCEEDED"
        wait = answer.retry_after
        if not spent and (wait is None or wait <= http.SHORT):
            return TryLater("Spotify is busy (429); the next run tries again.", self._now() + UNKNOWN_WAIT)
        until = self._now() + (timedelta(seconds=wait) if wait is not None else DAY)
        reason = "the app's quota is used up" if spent else "too many requests"
        self._quota.block(group, until, reason)
        return Blocked(group, until, reason)

    def _forbidden(self, path: str, answer: Answer) -> Exception:
        """Spotify's 403s differ by their words only, which are no contract; the body may be text or nothing at all."""
        words = (http.message(answer.json()) or answer.body.decode("utf-8", "replace")).lower()
        if "premium" in words:
            return NotAvailable(
                "Spotify serves this app only while its owner has Premium: renew it; it can take some hours to count."
            )
        if "not registered" in words or "developer dashboard" in words:
            return NotAvailable(
                "This listener is not on the app's list: add the e-mail of the Spotify account under User Management "
                "in Spotify's dashboard (five listeners at most), then try again."
            )
        if "scope" in words:
            return Reconnect("The consent given does not cover this: connect again and agree to all that is asked.")
        self._absent[path] = f"This app does not have {path}: Spotify no longer gives it to apps in Development Mode."
        return NotAvailable(self._absent[path])
