"""Ask other services politely: one after the other, never faster than they allow, never for longer than it is worth."""

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
WORTH_WAITING = 10.0  # seconds: what asks for more is asked again by another run
PAUSE = 2.0  # seconds before another try, where the service does not say
PASSING = {429, 502, 503, 504}
LONGEST_BLOCK = timedelta(days=7)  # more than that is no Retry-After
Sleep = Callable[[float], None]
Clock = Callable[[], datetime]
Transport = httpx.BaseTransport


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON, None where it is none."""
        return parsed(self.body)


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that passes; `wait` is how many seconds, where the service told, or we guess."""

    cause: str
    wait: float = PAUSE
    told: bool = False
    again: bool = True  # whether another try can help at once


class Http:
    """Asks one service.

    `pace` is the least time in seconds between two calls; `transport` any of the library's; `bounds` those of each try.
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
    ) -> None:
        self.service, self._pace, self._sleep, self._now = service, pace, sleep, now
        self._next: datetime | None = None
        agent = f"insight-for-spotify/{version}".rstrip("/")
        self._client = httpx.Client(
            transport=Sealing(Bounded(transport, bounds)),
            timeout=TIMEOUT,
            headers={"Accept": "application/json", "User-Agent": agent},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def close(self) -> None:
        """Close the connections that are kept for the next call."""
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
        """One question, asked again once where that helps; `secret` belongs to the query, and `body` goes as JSON.

        Raises ServiceDown for a limit, a failure of the service and one of the network. Other refusals are answers.
        """
        try:
            request = self._client.build_request(
                method, url, params=query, json=body, headers=headers, extensions={"secret": secret or {}}
            )
        except (httpx.InvalidURL, ValueError):  # they would quote what may be secret
            raise ServiceRefused(
                self.service, f"{self.service} cannot be asked: look at its address and key in the settings."
            ) from None
        found = self._once(request)
        if isinstance(found, Failure) and found.again and found.wait <= WORTH_WAITING:
            self._sleep(found.wait)
            found = self._once(request)
        if isinstance(found, Failure):
            until = self._now() + timedelta(seconds=found.wait) if found.told else None
            raise ServiceDown(self.service, f"{self.service} {found.cause}; another run tries again.", until)
        return found

    def _once(self, request: httpx.Request) -> Answer | Failure:
        self._keep_pace()
        try:
            response = self._client.send(request)
        except OutOfBounds as error:
            return _without_end(error)
        except httpx.RequestError as error:
            slow = isinstance(error, httpx.TimeoutException)
            return Failure("does not answer in time" if slow else "cannot be reached now")
        finally:
            self._next = self._now() + timedelta(seconds=self._pace)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return self._judged(Answer(response.status_code, headers, response.content))

    def _judged(self, answer: Answer) -> Answer | Failure:
        self._heed_limits(answer)
        if answer.status in PASSING or answer.status >= 500:
            return self._failure(answer)
        return answer

    def _keep_pace(self) -> None:
        if self._next is None:
            return
        wait = (self._next - self._now()).total_seconds()
        if wait > 0:
            self._sleep(min(wait, WORTH_WAITING))

    def _heed_limits(self, answer: Answer) -> None:
        """ListenBrainz says how many calls are left, and in how many seconds there will be more."""
        wait = _seconds(answer.headers.get("x-ratelimit-reset-in"))
        if answer.headers.get("x-ratelimit-remaining") == "0" and wait is not None:
            self._next = self._now() + timedelta(seconds=max(wait, self._pace))

    def _failure(self, answer: Answer) -> Failure:
        cause = "wants fewer calls (429)" if answer.status == 429 else f"fails at the moment ({answer.status})"
        told = _retry_after(answer.headers.get("retry-after"), self._now())
        if told is None and answer.status == 429:
            told = _seconds(answer.headers.get("x-ratelimit-reset-in"))
        if told is None:
            return Failure(cause, again=answer.status in PASSING)
        return Failure(cause, told, told=True, again=answer.status in PASSING)


class Sealing(httpx.BaseTransport):
    """A transport around another one that adds what is secret, for the library writes addresses to its log."""

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


def _without_end(error: OutOfBounds) -> Failure:
    """It would be the same again."""
    size = isinstance(error, AnswerTooLarge)
    return Failure(f"answers {'too much' if size else 'too slowly'} ({error})", again=False)


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds, of a number of seconds or of a date; None where it is absent or nonsense."""
    found = _seconds(value)
    if found is not None or not value:
        return found
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
