"""Send requests to Spotify, with retries. Only this module of the room imports the HTTP library."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from bounded_http import Bounded, Bounds, OutOfBounds
from spotify.errors import OurMistake, TryLater
from spotify.limits import read_limit
from spotify.refusals import message, parsed

TIMEOUT = 20.0  # seconds, for each step of an exchange
BOUNDS = Bounds(largest=4_000_000, seconds=30)  # fifty plays with all their metadata are 0.4 MB
WAITS = 2  # how often a short Retry-After is waited out for one request
PAUSES = (1.0, 2.0, 4.0)  # seconds between tries when a server or the network fails
PASSING = {500, 502, 503, 504}
SPORADIC = "Access token missing"  # which Spotify sometimes answers although a token was sent
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
CERTIFICATE = "CERTIFICATE_VERIFY_FAILED"  # OpenSSL's name for a certificate that is invalid, or not yet valid
HEADERS = {"Accept": "application/json", "User-Agent": "insight-for-spotify"}
Sleep = Callable[[float], None]
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def nothing() -> None:
    """For calls that nobody counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, independent of the library. Header names are in lower case; the body may contain tokens."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON, or None: some of Spotify's refusals are plain text or empty."""
        return parsed(self.body)


class Http:
    """Sends requests to Spotify and retries if that helps.

    `transport` is one of the library's; `sleep` waits for seconds; `timeout` is in seconds, for each step of an
    exchange; `now` is the clock for a Retry-After with a date; `bounds` apply to each attempt.
    """

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        sleep: Sleep = time.sleep,
        timeout: float = TIMEOUT,
        now: Clock = utc_now,
        bounds: Bounds = BOUNDS,
    ) -> None:
        self._client = httpx.Client(
            transport=Retrying(Bounded(transport, bounds), sleep, now),
            timeout=timeout,
            headers=HEADERS,
            # One Http serves many accounts: a cookie that Spotify sets for one must not be sent for another.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str | int] | None = None,
        form: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        on_sent: Callable[[], None] = nothing,
    ) -> Answer:
        """Make one call; `on_sent` is called for each request that was sent, including retries.

        Raises TryLater if the network or Spotify does not answer, or the answer is too long; OurMistake if `url` is
        invalid.
        """
        try:
            response = self._client.request(
                method, url, params=query, data=form, json=json, headers=headers, extensions={"on_sent": on_sent}
            )
        except OutOfBounds as error:
            cause = f"Insight stopped reading Spotify's answer ({error})"
            raise TryLater(f"{cause}; the next run tries again. If it lasts, report this.", cause=cause) from error
        except httpx.RequestError as error:
            cause = f"Spotify cannot be reached now ({_trouble(error)})"
            raise TryLater(
                f"{cause}; the next run tries again. If it lasts, check this machine's network.", cause=cause
            ) from error
        except httpx.InvalidURL as error:
            raise OurMistake("Spotify's address is invalid: check SPOTIFY_API_URL and SPOTIFY_ACCOUNTS_URL.") from error
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.content)


def _trouble(error: httpx.RequestError) -> str:
    if CERTIFICATE in str(error):
        return "its certificate is not accepted: most often this machine's clock is wrong"
    if isinstance(error, NEVER_SENT):
        return "no connection"
    return "no answer in time" if isinstance(error, httpx.TimeoutException) else "the connection broke off"


class Retrying(httpx.BaseTransport):
    """A transport that wraps another one: waits out short rate limits and retries temporary failures.

    A POST is only retried after a short 429: whether an interrupted one took effect is unknown, and it may have used up
    a token. An answer that was too long is not requested again: it would be too long again.
    """

    def __init__(self, inner: httpx.BaseTransport, sleep: Sleep, now: Clock = utc_now) -> None:
        self._inner, self._sleep, self._now = inner, sleep, now

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        repeatable = request.method == "GET"
        waits, pauses, doubts = WAITS, list(PAUSES if repeatable else ()), 1 if repeatable else 0
        while True:
            try:
                response = self._once(request)
            except httpx.RequestError as error:
                if not pauses or isinstance(error, OutOfBounds):
                    raise
                self._sleep(pauses.pop(0))
                continue
            delay = self._short_delay(response)
            if response.status_code in PASSING and pauses:
                self._sleep(pauses.pop(0))
            elif delay is not None and waits:
                waits -= 1
                self._sleep(delay)
            elif doubts and _is_sporadic(response):
                doubts -= 1
                self._sleep(PAUSES[0])
            else:
                return response

    def _once(self, request: httpx.Request) -> httpx.Response:
        on_sent = request.extensions.get("on_sent", nothing)
        try:
            response = self._inner.handle_request(request)
            response.read()
        except NEVER_SENT:
            raise
        except httpx.RequestError:
            on_sent()
            raise
        on_sent()
        return response

    def _short_delay(self, response: httpx.Response) -> float | None:
        """The seconds to wait for a short 429, None for everything else."""
        if response.status_code != 429:
            return None
        limit = read_limit(response.headers, response.content, self._now())
        # One more, because a Retry-After is rounded down to whole seconds.
        return limit.wait.total_seconds() + 1 if limit.wait is not None and limit.is_short else None

    def close(self) -> None:
        self._inner.close()


def _is_sporadic(response: httpx.Response) -> bool:
    return response.status_code == 401 and message(parsed(response.content)) == SPORADIC
