"""The simulated Spotify in the tests' own process: a transport for our client, and a clock that stands still."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx

from connect.apps import Apps
from connect.connecting import Connecting
from connect.session import Spotify
from db.engine.cipher import Cipher
from demo.catalogue import Catalogue, make_catalogue
from demo.fake_spotify import FakeSpotify, Visible
from music import Track
from spotify.http import Http

REDIRECT_URI = "http://127.0.0.1:8000/connect/callback"
CATALOGUE: Catalogue = make_catalogue(seed=7, artists=60)
TRACKS: list[Track] = sorted(CATALOGUE.tracks.values(), key=lambda track: str(track.uri))
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that the test sets."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


def transport(fake: FakeSpotify) -> httpx.MockTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        answer = fake.answer(request.method, str(request.url), dict(request.headers), request.content)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    return httpx.MockTransport(handle)


@dataclass
class World:
    """A simulated Spotify and our client for it."""

    fake: FakeSpotify
    spotify: Spotify
    clock: Clock
    slept: list[float]

    def connect(self, username: str) -> str:
        """Agree on the consent page as the listener of the same name."""
        connecting = Connecting(self.spotify.apps, self.spotify.http, self.clock)
        consent = connecting.start(username)
        callback = self.fake.consent(consent.url, username)
        return connecting.finish(username, callback, consent.state, consent.verifier)


def world() -> World:
    clock, slept = Clock(), list[float]()
    fake = FakeSpotify(CATALOGUE, clock)
    apps = Apps(Cipher("k" * 32), REDIRECT_URI, client_id=fake.client_id, client_secret=fake.client_secret)
    spotify = Spotify(apps, Http(transport(fake), slept.append), clock)
    return World(fake, spotify, clock, slept)


def play(minutes_ago: float, number: int = 0, late: float = 0, now: datetime = NOON) -> Visible:
    """Track `number` ended this many minutes before noon, and appeared `late` minutes after that."""
    ended_at = now - timedelta(minutes=minutes_ago)
    return Visible(ended_at, TRACKS[number], ended_at + timedelta(minutes=late))
