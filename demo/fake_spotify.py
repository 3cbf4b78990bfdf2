"""A simulated Spotify that answers like the real one in late 2026, including its errors.

It needs no web framework: a test's transport or demo/server.py calls `answer()`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from demo.catalogue import Catalogue
from demo.fake_accounts import FakeAccounts
from demo.fake_json import play_json
from demo.fake_library import FakeLibrary
from demo.fake_music import FakeMusic
from demo.fake_player import FakePlayer
from demo.fake_playlists import FakePlaylists
from demo.fake_wire import Answer, Request, json_answer, refusal
from music import Episode, Track

WINDOW = 50  # recently-played never shows more, even with a cursor
# Not available in Development Mode: some answer 403, some 404, one without a message.
ABSENT = {
    "/v1/recommendations": 404,
    "/v1/audio-features": 403,
    "/v1/tracks": 403,
    "/v1/artists": 403,
    "/v1/albums": 403,
    "/v1/markets": 403,
}
PREMIUM = (
    "Active premium subscription required for the owner of the app. When the subscription status changes, it can "
    "take a few hours before requests are allowed again."
)


@dataclass(frozen=True, slots=True)
class Visible:
    """A play as recently-played shows it, from `visible_at` on, which is later than its end if a device was offline.

    It is hidden between the two times of `away`.
    """

    ended_at: datetime
    track: Track | Episode
    visible_at: datetime
    context_uri: str | None = None
    away: tuple[datetime, datetime] | None = None

    def is_shown(self, now: datetime) -> bool:
        return self.visible_at <= now and not (self.away and self.away[0] <= now < self.away[1])


Plays = Callable[[datetime], Sequence[Visible]]


@dataclass
class FakeListener:
    plays: Plays  # all plays up to an instant, in any order
    allowlisted: bool = True


@dataclass
class FakeSpotify:
    """In Development Mode unless `extended_quota`; `requests` has every request so far."""

    catalogue: Catalogue
    clock: Callable[[], datetime]
    client_id: str = "fake-client"
    client_secret: str = "fake-secret"  # noqa: S105 - of a Spotify that does not exist
    redirect_uris: tuple[str, ...] = ("http://127.0.0.1:8000/connect/callback",)
    owner_has_premium: bool = True
    says_why: bool = True  # otherwise refusals have only a status
    extended_quota: bool = False  # an app that still has endpoints that others have lost
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accounts = FakeAccounts(self.clock, self.client_id, self.client_secret, self.redirect_uris)
        self.music = FakeMusic(self.catalogue, self.extended_quota)
        self.playlists = FakePlaylists()
        self.library = FakeLibrary(self.playlists.shelf)
        self.player = FakePlayer(self.clock)
        self.listeners: dict[str, FakeListener] = {}
        self.limits: dict[str, int] = {}
        self.calls: Counter[str] = Counter()
        self.queued: list[tuple[str, Answer]] = []

    def add_listener(self, name: str, plays: Sequence[Visible] | Plays = (), *, allowlisted: bool = True) -> None:
        """A sequence of plays, or a function that gives those up to an instant."""
        self.listeners[name] = FakeListener(plays if callable(plays) else lambda _: plays, allowlisted)

    def refuse(self, answer: Answer, path_prefix: str = "/", times: int = 1) -> None:
        """Return `answer` for the next `times` calls of paths with this prefix."""
        self.queued += [(path_prefix, answer)] * times

    def limit(self, path_prefix: str, calls: int) -> None:
        """After this many calls, the quota of these paths is used up for most of a day."""
        self.limits[path_prefix] = calls

    def consent(self, authorize_url: str, listener: str, scopes: str | None = None) -> str:
        return self.accounts.consent(authorize_url, listener, scopes)

    def revoke(self, listener: str) -> None:
        self.accounts.revoke(listener)

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request; every answer has a Date from the simulated clock."""
        request = Request(method, url, {name.lower(): value for name, value in headers.items()}, body)
        self.requests.append(request)
        answer = self._answer(request)
        date = format_datetime(self.clock().astimezone(UTC), usegmt=True)
        return Answer(answer.status, {"date": date, **answer.headers}, answer.body)

    def _answer(self, request: Request) -> Answer:
        for number, (prefix, queued) in enumerate(self.queued):
            if request.path.startswith(prefix):
                del self.queued[number]
                return queued
        if request.path == "/authorize":
            status, page = self.accounts.page(request.url, list(self.listeners))
            return Answer(status, {"content-type": "text/html; charset=utf-8"}, page.encode())
        if request.path == "/api/token":
            return self._token(request)
        return self._api(request)

    def _token(self, request: Request) -> Answer:
        reply = self.accounts.token(request.headers, request.form)
        if isinstance(reply, tuple):
            return json_answer(400, {"error": reply[0], "error_description": reply[1]})
        return json_answer(200, reply)

    def _api(self, request: Request) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        name, scopes, until = self.accounts.access.get(token, (None, "", datetime.min.replace(tzinfo=UTC)))
        if until <= self.clock():
            kind = "invalid_token" if token else "missing_token"
            body = {"error": {"status": 401, "message": "Missing/invalid/expired access token"}}
            return json_answer(401, body, www_authenticate=f'Bearer realm="spotify", error="{kind}"')
        return self._forbidden(name) or self._over_quota(request) or self._endpoint(request, name, scopes)

    def _forbidden(self, name: str | None) -> Answer | None:
        if not self.owner_has_premium:
            return refusal(403, PREMIUM)
        if name is not None and not self.listeners[name].allowlisted:
            text = b"User not registered in the Developer Dashboard" if self.says_why else b""
            return Answer(403, {"content-type": "text/plain"}, text)
        return None

    def _over_quota(self, request: Request) -> Answer | None:
        for prefix, calls in self.limits.items():
            if request.path.startswith(prefix):
                self.calls[prefix] += 1
                if self.calls[prefix] > calls:
                    body = {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}
                    return json_answer(429, body, retry_after="48925")
        return None

    def _endpoint(self, request: Request, name: str | None, scopes: str) -> Answer:
        path = request.path
        for part in (self.playlists, self.library, self.player):
            if name is not None and (answer := part.answer(request, name, scopes)):
                return answer
        if path == "/v1/me" and name is not None:
            return json_answer(200, _me(name))
        if path == "/v1/me/player/recently-played" and name is not None:
            return self._recent(request.query, name, scopes)
        if path.startswith("/v1/me"):
            return refusal(401, "Valid user authentication required")
        return self.music.answer(path, request.query, self.clock().date()) or _absent(path)

    def _recent(self, query: dict[str, str], name: str, scopes: str) -> Answer:
        limit = query.get("limit", "20")
        if "user-read-recently-played" not in scopes.split():
            return refusal(403, "Insufficient client scope")
        if not limit.isdigit() or not 1 <= int(limit) <= WINDOW or {"after", "before"} <= set(query):
            return refusal(400, "Invalid limit" if "after" not in query else "Only one of after and before is allowed")
        items = self._window(name)
        if "after" in query:
            items = [play for play in items if _milliseconds(play) > int(query["after"])]
        if "before" in query:
            items = [play for play in items if _milliseconds(play) < int(query["before"])]
        return json_answer(200, _page(items[: int(limit)], int(limit)))

    def _window(self, name: str) -> list[Visible]:
        now = self.clock()
        seen = [play for play in self.listeners[name].plays(now) if play.is_shown(now)]
        return sorted(seen, key=lambda play: play.ended_at, reverse=True)[:WINDOW]


def _absent(path: str) -> Answer:
    if path == "/v1/audio-features":
        return json_answer(403, {"error": {"status": 403}})
    status = ABSENT.get(path, 403 if path.startswith("/v1/artists/") else 404)
    return refusal(status, "Forbidden" if status == 403 else "Not Found")


def account_id(name: str) -> str:
    """The listener's permanent id at Spotify."""
    return f"account-of-{name}"


def _me(name: str) -> dict[str, Any]:
    return {
        "account_id": account_id(name),
        "display_name": name.title(),
        "external_urls": {"spotify": f"https://open.spotify.com/user/{name}"},
        "href": f"https://api.spotify.com/v1/users/{name}",
        "id": name,
        "images": [],
        "type": "user",
        "uri": f"spotify:user:{name}",
    }


def _milliseconds(play: Visible) -> int:
    return int(play.ended_at.timestamp() * 1000)


def _page(items: Sequence[Visible], limit: int) -> dict[str, Any]:
    cursors = {"after": str(_milliseconds(items[0])), "before": str(_milliseconds(items[-1]))} if items else None
    here = "https://api.spotify.com/v1/me/player/recently-played"
    return {
        "items": [play_json(play.ended_at, play.track, play.context_uri) for play in items],
        "next": f"{here}?before={cursors['before']}&limit={limit}" if cursors else None,
        "cursors": cursors,
        "limit": limit,
        "href": f"{here}?limit={limit}",
    }
