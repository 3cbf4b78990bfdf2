"""Send requests to other services: one at a time, within their rate limits, and without waiting too long."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from bounded_http import AnswerTooLarge, Bounded, Bounds, OutOfBounds
from metadata.errors import ServiceDown, ServiceRefused
from metadata.reading import parsed

TIMEOUT = 15.0  # seconds, for each step of an exchange
BOUNDS = Bounds(largest=2_000_000, seconds=30)
WORTH_WAITING = 10.0  # seconds: longer waits are left to a later run
PAUSE = 2.0  # seconds before a retry, if the service does not say
PASSING = {429, 502, 503, 504}
LONGEST_BLOCK = timedelta(days=7)  # a longer Retry-After is taken as invalid
Sleep = Callable[[float], None]
Clock = Callable[[], datetime]
Transport = httpx.BaseTransport
Claim = Callable[[str, float], float]  # from a service and its pace to the seconds until a call may begin


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON, or None."""
        return parsed(self.body)


@dataclass(frozen=True, slots=True)
class Failure:
    """A temporary failure; `wait` is in seconds, from the service (`by_service`) or our guess."""

    cause: str
    wait: float = PAUSE
    by_service: bool = False
    retry: bool = True  # whether an immediate retry can help


class Http:
    """Sends requests to one service.

    `pace` is the shortest time in seconds between two calls; `claim` keeps it together with other processes;
    `transport` is one of the library's; `bounds` apply to each attempt. `contact` is how the service can reach the
    operator.
    """

    def __init__(
        self,
        service: str,
        pace: float,
        version: str = "",
        transport: httpx.BaseTransport | None = None,
        sleep: Sleep = time.sleep,
        now: Clock = utc_now,
        bounds: Bounds = BOUNDS,
        contact: str = "",
        claim: Claim | None = None,
    ) -> None:
        self.service, self._pace, self._sleep, self._now = service, pace, sleep, now
        self._next: datetime | None = None
        self._claim = claim
        agent = f"insight-for-spotify/{version}".rstrip("/") + (f" ( {contact} )" if contact else "")
        self._client = httpx.Client(
            transport=Sealing(Bounded(transport, bounds)),
            timeout=TIMEOUT,
            headers={"Accept": "application/json", "User-Agent": agent},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()

    def ask(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str | int] | None = None,
        secret: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make one call, with one retry if that helps; `secret` is added to the query, and `body` is sent as JSON.

        Raises ServiceDown for rate limits and failures of the service or the network. Returns other refusals as
        answers.
        """
        try:
            request = self._client.build_request(
                method, url, params=query, json=body, headers=headers, extensions={"secret": secret or {}}
            )
        except (httpx.InvalidURL, ValueError):  # whose messages may quote secrets
            raise ServiceRefused(
                self.service, f"{self.service} cannot be reached: check its address and key in the settings."
            ) from None
        result = self._once(request)
        if isinstance(result, Failure) and result.retry and result.wait <= WORTH_WAITING:
            self._sleep(result.wait)
            result = self._once(request)
        if isinstance(result, Failure):
            until = self._now() + timedelta(seconds=result.wait) if result.by_service else None
            raise ServiceDown(self.service, f"{self.service} {result.cause}; another run tries again.", until)
        return result

    def _once(self, request: httpx.Request) -> Answer | Failure:
        self._keep_pace()
        try:
            response = self._client.send(request)
        except OutOfBounds as error:
            return _too_long(error)
        except httpx.RequestError as error:
            slow = isinstance(error, httpx.TimeoutException)
            return Failure("does not answer in time" if slow else "cannot be reached now")
        finally:
            self._next = self._now() + timedelta(seconds=self._pace)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return self._checked(Answer(response.status_code, headers, response.content))

    def _checked(self, answer: Answer) -> Answer | Failure:
        self._note_rate_limit(answer)
        if answer.status in PASSING or answer.status >= 500:
            return self._failure(answer)
        return answer

    def _keep_pace(self) -> None:
        wait = (self._next - self._now()).total_seconds() if self._next else 0.0
        if self._claim:
            wait = max(wait, self._claim(self.service, self._pace))
        if wait > 0:
            self._sleep(min(wait, WORTH_WAITING))

    def _note_rate_limit(self, answer: Answer) -> None:
        """ListenBrainz sends how many calls are left, and in how many seconds the count is reset."""
        wait = _seconds(answer.headers.get("x-ratelimit-reset-in"))
        if answer.headers.get("x-ratelimit-remaining") == "0" and wait is not None:
            self._next = self._now() + timedelta(seconds=max(wait, self._pace))

    def _failure(self, answer: Answer) -> Failure:
        cause = "asks for fewer calls (429)" if answer.status == 429 else f"fails at the moment ({answer.status})"
        wait = _retry_after(answer.headers.get("retry-after"), self._now())
        if wait is None and answer.status == 429:
            wait = _seconds(answer.headers.get("x-ratelimit-reset-in"))
        if wait is None:
            return Failure(cause, retry=answer.status in PASSING)
        return Failure(cause, wait, by_service=True, retry=answer.status in PASSING)


class Sealing(httpx.BaseTransport):
    """A transport that wraps another one and adds secrets to the query, because the library logs URLs."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        secret = request.extensions.get("secret")
        if not secret:
            return self._inner.handle_request(request)
        sent = httpx.Request(
            request.method,
            request.url.copy_merge_params(secret),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return self._inner.handle_request(sent)

    def close(self) -> None:
        self._inner.close()


def _too_long(error: OutOfBounds) -> Failure:
    """The failure of an answer out of bounds; without a retry, which would fail in the same way."""
    size = isinstance(error, AnswerTooLarge)
    return Failure(f"answers {'too much' if size else 'too slowly'} ({error})", retry=False)


def _retry_after(value: str | None, now: datetime) -> float | None:
    """The wait in seconds, from a number or a date; None if it is missing or invalid."""
    seconds = _seconds(value)
    if seconds is not None or not value:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    wait = ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds()
    return max(wait, 0.0) if wait <= LONGEST_BLOCK.total_seconds() else None


def _seconds(value: str | None) -> float | None:
    digits = (value or "").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        return None
    return float(digits) if int(digits) <= LONGEST_BLOCK.total_seconds() else None
