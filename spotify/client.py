"""The Web API as this project uses it: a handful of endpoints, each one call, each answer one of our nouns."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from music import Artist, Listener, Track
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
DONE = {200, 201}  # the second of what was made
Query = Mapping[str, str | int]


class SpotifyClient:
    """Calls on behalf of one listener (or of the app itself); remembers which endpoints this app does not have.

    `token` gives a usable access token; `renew` one that is newer, for when Spotify does not take that one.
    Every call may raise each SpotifyError but NotFound, which is for what has an id.
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

    def search(
        self, query: str, kinds: Sequence[str] = ("track",), limit: int = SEARCH_LIMIT, offset: int = 0
    ) -> SearchPage:
        """`kinds` are of "track" and "artist"; `limit` (1 to 10, of each kind) from `offset` (0 to 1000) on."""
        if not kinds or not set(kinds) <= set(KINDS):
            raise OurMistake(f"A search is for {' and '.join(KINDS)}, not for {', '.join(kinds) or 'nothing'}.")
        if not (1 <= limit <= SEARCH_LIMIT and 0 <= offset <= SEARCH_DEPTH):
            raise OurMistake(f"A search takes a limit of 1 to {SEARCH_LIMIT} and an offset of 0 to {SEARCH_DEPTH}.")
        parameters: Query = {"q": query, "type": ",".join(kinds), "limit": limit, "offset": offset}
        return read_search(self._get("search", "/v1/search", parameters), kinds)

    def artist_albums(
        self, spotify_id: str, kinds: Sequence[str] = ("album", "single"), limit: int = ALBUMS_LIMIT, offset: int = 0
    ) -> ReleasePage:
        """`kinds` are of album, single, appears_on and compilation; `limit` (1 to 10) from `offset` on.

        The order is Spotify's: kind by kind as a rule, the newest first. Raises NotFound.
        """
        if not (1 <= limit <= ALBUMS_LIMIT and offset >= 0):
            raise OurMistake(f"An artist's albums take a limit of 1 to {ALBUMS_LIMIT} and an offset from 0 on.")
        query: Query = {"include_groups": ",".join(kinds), "limit": limit, "offset": offset}
        return read_releases(self._get("artists", "/v1/artists/{id}/albums", query, spotify_id))

    def album(self, spotify_id: str, market: str | None = None) -> AlbumPage:
        """The album with all of its tracks: one call, and one more for every 50 tracks beyond the first 50.

        Without `market` (ISO 3166-1) it is the listener's own. Raises NotFound.
        """
        query: Query = {"market": market} if market else {}
        page = read_album(self._get("albums", "/v1/albums/{id}", query, spotify_id))
        tracks, unreadable = list(page.tracks), list(page.unreadable)
        for offset in range(TRACKS_LIMIT, page.total, TRACKS_LIMIT):
            further: Query = {**query, "limit": TRACKS_LIMIT, "offset": offset}
            body = self._get("albums", "/v1/albums/{id}/tracks", further, spotify_id)
            found, bad = read_album_tracks(body, page.album)
            if not found and not bad:  # it has fewer than it said
                break
            tracks += found
            unreadable += bad
        return AlbumPage(page.album, tuple(tracks), page.total, tuple(unreadable))

    def recommendations(
        self,
        seed_artists: Sequence[str] = (),
        seed_genres: Sequence[str] = (),
        seed_tracks: Sequence[str] = (),
        limit: int = 100,
    ) -> tuple[Track, ...]:
        """What goes with 1 to 5 seeds in all (ids, and Spotify's names of genres); `limit` is 1 to 100.

        Only for apps that had it before 2024-11-27: others get NotAvailable.
        """
        seeds = {"seed_artists": seed_artists, "seed_genres": seed_genres, "seed_tracks": seed_tracks}
        if not 1 <= sum(map(len, seeds.values())) <= MOST_SEEDS or not 1 <= limit <= 100:
            raise OurMistake(f"Recommendations take 1 to {MOST_SEEDS} seeds in all and a limit of 1 to 100.")
        query: Query = {name: ",".join(found) for name, found in seeds.items() if found} | {"limit": limit}
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
        """One call and the JSON of its answer, None where it has none; `body` is sent as JSON.

        For what has a module of its own (spotify/playlists.py). NotFound is raised with `spotify_id` only.
        """
        if spotify_id is not None and not SPOTIFY_ID.fullmatch(spotify_id):
            raise OurMistake(f"{spotify_id!r} is no Spotify id: one has letters and digits only, usually 22.")
        self._refuse_unasked(group, path)
        url = self._api_url + path.replace("{id}", spotify_id or "")
        send = partial(self._send, method, group, url, query, body)
        answer = send(self._token())
        if answer.status == 401 and self._renew:
            answer = send(self._renew())
        if answer.status not in DONE:
            raise self._refusal(group, path, answer, spotify_id)
        return answer.json()

    def _refuse_unasked(self, group: str, path: str) -> None:
        if path in self._absent:
            raise NotAvailable(self._absent[path])
        until = self._quota.blocked_until(group)
        if until is not None and until > self._now():
            raise Blocked(group, until, "told earlier")
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
            return self._not_taken()
        if answer.status == 404 and spotify_id:
            return NotFound(f"Spotify has nothing under {spotify_id!r}: do without it, asking again finds nothing.")
        if answer.status in {403, 404}:
            return self._forbidden(path, answer)
        said = message(answer.json()) or "without a reason"
        return OurMistake(f"Spotify refused {path} ({answer.status} {said}); report this.")

    def _not_taken(self) -> SpotifyError:
        """After a token just renewed it passes: the consent goes on, or there would be no new token."""
        if self._renew is None:
            return Reconnect("Spotify does not take the token: connect again.")
        cause = "Spotify does not take its own new token at the moment (401)"
        return TryLater(f"{cause}; the next run tries again. If it lasts for days, connect again.", cause=cause)

    def _limited(self, group: str, answer: Answer) -> TryLater:
        error = read_limit(answer.headers, answer.body, self._now()).refusal(group, self._now())
        if isinstance(error, Blocked):
            self._quota.block(group, error.until, error.reason)
        return error

    def _forbidden(self, path: str, answer: Answer) -> SpotifyError:
        """They differ by their words only, which are no contract; the body may be text or nothing at all."""
        known = forbidden(path, message(answer.json()) or text(answer.body), answer.status)
        if known is not None:
            return known
        self._absent[path] = (
            f"This app does not have {path}: Spotify no longer gives it to apps in Development Mode. Do without it, "
            "or use an app in Extended Quota Mode."
        )
        return NotAvailable(self._absent[path])
