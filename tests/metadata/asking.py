"""Services in the tests' own process: simulated ones that know invented music, and ones with prepared answers."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx

from demo.catalogue import make_catalogue
from demo.fake_services import PREFIXES, FakeServices
from metadata.http import BOUNDS, Http
from metadata.services import Services, configured

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CATALOGUE = make_catalogue(seed=7, artists=60)
KEY, TOKEN = "key-that-nobody-may-see", "token-that-nobody-may-see"
KEYS = {"LASTFM_API_KEY": KEY, "LISTENBRAINZ_TOKEN": TOKEN}
EVERY = ("listenbrainz", "lastfm", "musicbrainz", "reccobeats")
Step = httpx.Response | Exception


def transport_of(fake: FakeServices) -> httpx.MockTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        answer = fake.answer(request.method, str(request.url), dict(request.headers), request.content)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    return httpx.MockTransport(handle)


def simulated() -> tuple[FakeServices, Services]:
    """The simulated services and their clients."""
    fake = FakeServices(CATALOGUE, lambda: NOON, KEY, TOKEN)
    addresses = {setting: f"https://services.test{prefix}" for setting, prefix in PREFIXES.items()}
    services = configured(
        EVERY, addresses, KEYS, version="1.2", transport=transport_of(fake), sleep=lambda _: None, now=lambda: NOON
    )  # fmt: skip
    return fake, services


@dataclass
class Scripted:
    """Returns prepared answers in order; time only passes while a client waits."""

    steps: list[Step]
    requests: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    now: datetime = NOON

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += timedelta(seconds=seconds)

    def seconds(self) -> float:
        return self.now.timestamp()

    def http(self, service: str = "listenbrainz", pace: float = 0.0) -> Http:
        bounds = replace(BOUNDS, clock=self.seconds)
        return Http(service, pace, "1.2", httpx.MockTransport(self.answer), self.sleep, lambda: self.now, bounds)

    def services(self) -> Services:
        addresses = {setting: f"https://{setting.removesuffix('_URL').lower()}.test" for setting in PREFIXES}
        return configured(
            EVERY, addresses, KEYS, version="1.2", transport=httpx.MockTransport(self.answer), sleep=self.sleep,
            now=lambda: self.now,
        )  # fmt: skip


def scripted(*steps: Step) -> Scripted:
    return Scripted(list(steps))


def reply(body: object, status: int = 200, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=named)


def text(body: str | bytes, status: int = 200, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=body, headers=named)


Call = Callable[[Services], object]
