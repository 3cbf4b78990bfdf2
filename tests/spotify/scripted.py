"""A Spotify that returns prepared answers in order and records the requests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from spotify.client import SpotifyClient
from spotify.http import Http

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
Step = httpx.Response | httpx.TransportError


def reply(status: int, body: object = None, text: str | None = None, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if text is not None:
        return httpx.Response(status, text=text, headers=named)
    return (
        httpx.Response(status, json=body, headers=named) if body is not None else httpx.Response(status, headers=named)
    )


def refused(status: int, message: str, **rest: str) -> httpx.Response:
    return reply(status, {"error": {"status": status, "message": message, **rest}})


@dataclass
class MemoryQuota:
    blocks: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    counted: list[str] = field(default_factory=list)

    def blocked_until(self, endpoint_group: str) -> datetime | None:
        return self.blocks[endpoint_group][0] if endpoint_group in self.blocks else None

    def block(self, endpoint_group: str, until: datetime, reason: str) -> None:
        self.blocks[endpoint_group] = (until, reason)

    def check_budget(self, endpoint_group: str) -> None:
        pass

    def count(self, endpoint_group: str) -> None:
        self.counted.append(endpoint_group)


@dataclass
class Scripted:
    steps: list[Step]
    requests: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    quota: MemoryQuota = field(default_factory=MemoryQuota)

    def __post_init__(self) -> None:
        self.http = Http(httpx.MockTransport(self._answer), self.slept.append, now=lambda: NOW)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self.steps.pop(0)
        if isinstance(step, httpx.TransportError):
            raise step
        return step

    def client(self, *, renews: Sequence[str] = ()) -> SpotifyClient:
        tokens = list(renews)
        return SpotifyClient(
            self.http, lambda: "token", self.quota, "https://api.spotify.com", lambda: NOW,
            (lambda: tokens.pop(0)) if renews else None,
        )  # fmt: skip


def scripted(*steps: Step) -> Scripted:
    return Scripted(list(steps))


SENT_BY_HTTPX = {"host", "connection", "accept-encoding", "content-length"}


def whole(request: httpx.Request) -> tuple[str, str, dict[str, str], str]:
    """(method, URL, our own headers, body) of the request."""
    headers = {name: value for name, value in request.headers.items() if name not in SENT_BY_HTTPX}
    return request.method, str(request.url), headers, request.content.decode()


class BreaksOff(httpx.SyncByteStream):
    """A body whose connection breaks in the middle."""

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"id": "y'
        raise httpx.ReadError("connection reset")


def broken_off() -> httpx.Response:
    return httpx.Response(200, stream=BreaksOff())
