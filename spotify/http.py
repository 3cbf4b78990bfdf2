"""The one module that knows which HTTP library is used: requests out, plain answers in."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from spotify.errors import TryLater

TIMEOUT = 20.0  # seconds
SHORT = 60  # seconds: a longer Retry-After is not waited out
WAITS = 2  # how often a short Retry-After is waited out for one request
PAUSES = (1.0, 2.0, 4.0)  # seconds between tries when a server or the network fails
PASSING = {500, 502, 503, 504}
SPORADIC = "Access token missing"  # what Spotify says now and then of tokens that were sent
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever the library."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, None where it is none: some of Spotify's refusals are plain text or empty."""
        return _json(self.body)

    @property
    def retry_after(self) -> float | None:
        return retry_after(self.headers.get("retry-after"), datetime.now(UTC))


class Http:
    """Sends requests to Spotify, trying again where that helps. Raises TryLater when the network does not answer."""

    def __init__(self, transport: httpx.BaseTransport | None = None, sleep: Sleep = time.sleep) -> None:
        self._client = httpx.Client(transport=Retrying(transport or httpx.HTTPTransport(), sleep), timeout=TIMEOUT)

    def send(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str | int] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        try:
            response = self._client.request(method, url, params=query, data=form, headers=headers)
        except httpx.TransportError as error:
            raise TryLater(
                f"Spotify cannot be reached now ({type(error).__name__}); the next run tries again."
            ) from error
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.content)


class Retrying(httpx.BaseTransport):
    """A transport around another one: waits out short limits, repeats what failed in passing.

    A POST is repeated after a short 429 only: what became of one that broke off is unknown, and a token may be spent.
    """

    def __init__(self, inner: httpx.BaseTransport, sleep: Sleep) -> None:
        self._inner, self._sleep = inner, sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        waits, pauses, doubts = WAITS, list(PAUSES if request.method == "GET" else ()), 1
        while True:
            try:
                response = self._inner.handle_request(request)
            except httpx.TransportError:
                if not pauses:
                    raise
                self._sleep(pauses.pop(0))
                continue
            response.read()
            delay = _short_delay(response)
            if response.status_code in PASSING and pauses:
                self._sleep(pauses.pop(0))
            elif delay is not None and waits:
                waits -= 1
                self._sleep(delay + 1)  # Retry-After is cut to whole seconds
            elif doubts and _is_sporadic(response):
                doubts -= 1
                self._sleep(PAUSES[0])
            else:
                return response

    def close(self) -> None:
        self._inner.close()


def _short_delay(response: httpx.Response) -> float | None:
    """Seconds to wait for a 429 that is worth waiting for, None for everything else."""
    if response.status_code != 429 or reason(_json(response.content)) == "QUOTA_EXCEEDED":
        return None
    delay = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
    return delay if delay is not None and delay <= SHORT else None


def _is_sporadic(response: httpx.Response) -> bool:
    return response.status_code == 401 and message(_json(response.content)) == SPORADIC


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _error(body: Any) -> dict[str, Any]:
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def message(body: Any) -> str:
    """`error.message` of a refusal's JSON, empty where there is none."""
    return str(_error(body).get("message") or "")


def reason(body: Any) -> str:
    """`error.reason` of a refusal's JSON, empty where there is none (Spotify: changes/july-2026)."""
    return str(_error(body).get("reason") or "")


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds from a Retry-After header, given in seconds or as a date; None when absent or nonsense."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        return max((parsedate_to_datetime(value) - now).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None
