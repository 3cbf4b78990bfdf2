"""Listeners, a simulated Spotify and simulated services around the refresh step, and the calls to them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from collect.recent import store_recent
from connect.session import Spotify
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from demo.fake_services import PREFIXES, FakeServices
from enrich.own import OF_THE_LISTENER, OwnSeeds
from enrich.refreshing import Refreshed, refresh
from metadata.services import Services, configured
from music import Artist, Play, Track
from people.accounts import account_named, all_accounts
from tests.fake import CATALOGUE, NOON, World, world
from tests.metadata.asking import transport_of

LISTENBRAINZ = ("listenbrainz", "musicbrainz")
EVERYTHING = ("listenbrainz", "musicbrainz", "lastfm", "reccobeats")
SPOTIFY = "api.spotify.com"
SIGN_IN = {"/authorize", "/api/token", "/v1/me"}


@dataclass
class Night:
    """All that the refresh step uses; time passes only if `slow`, the seconds that each answer takes, is set."""

    world: World
    fake: FakeServices
    names: Sequence[str]
    token: str | None = None
    slow: float = 0.0
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        answer = self.fake.answer

        def slowly(*request: Any) -> Any:
            self.world.clock.forward(seconds=self.slow)
            return answer(*request)

        self.fake.answer = slowly  # type: ignore[assignment,method-assign]

    @property
    def services(self) -> Services:
        addresses = {setting: f"https://services.test{prefix}" for setting, prefix in PREFIXES.items()}
        keys = {"LASTFM_API_KEY": self.fake.lastfm_key, **({"LISTENBRAINZ_TOKEN": self.token} if self.token else {})}
        return configured(
            self.names,
            addresses,
            keys,
            transport=transport_of(self.fake),
            sleep=lambda _: None,
            now=self.world.clock,
        )

    def refresh(
        self, own: OwnSeeds = OF_THE_LISTENER, *, spotify: Spotify | None = None, waits: bool = False
    ) -> Refreshed:
        """One run; afterwards, `lines` and the recorded requests are those of this run only."""
        self.lines, self.fake.requests[:], self.world.fake.requests[:] = [], [], []
        with connected():
            accounts = all_accounts()
        used = spotify or self.world.spotify
        return refresh(accounts, self.services, used, self.world.clock, self.lines.append, own=own, waits=waits)

    def listener(self, username: str, plays: Sequence[Play], *, connects: bool = True) -> int:
        with connected():
            ensure_accounts([username], "UTC")
            account = account_named(username)
            for start in range(0, len(plays), 200):
                store_recent(account.id, plays[start : start + 200], page_is_full=False)
        if connects:
            self.world.fake.add_listener(username)
            self.world.connect(username)
        return account.id

    def calls(self) -> Counter[str]:
        """The number of calls to each service, by path without ids."""
        of_services = [request.path for request in self.fake.requests]
        spotify = [request.path for request in self.world.fake.requests if request.path not in SIGN_IN]
        return Counter(_question(path) for path in [*of_services, *spotify])

    def all_requests(self) -> list[str]:
        """Each call in full: its URL and, for a service, its body."""
        of_services = [request.url + request.body.decode() for request in self.fake.requests]
        return [*of_services, *(r.url for r in self.world.fake.requests if r.path not in SIGN_IN)]


def _question(path: str) -> str:
    parts = path.strip("/").split("/")
    if parts[0] == "v1":
        return "spotify " + (f"{parts[1]}/{parts[3]}" if len(parts) > 3 else parts[1])
    if parts[0] == "mb":
        return "mb"
    return "/".join(part for part in parts[:3] if part not in {"json", "2.0"})


def night(*names: str, token: str | None = None) -> Night:
    """A night with services of these names."""
    here = world()
    return Night(here, FakeServices(CATALOGUE, here.clock), names, token)


def heard(tracks: Sequence[Track], times: int = 3, days_ago: float = 2.0) -> list[Play]:
    """Plays of each track, at least `times`, a day apart; the first tracks were heard last and most often."""
    plays = []
    for number, track in enumerate(tracks):
        for time in range(times + (len(tracks) - number) // 4):
            ended = NOON - timedelta(days=days_ago + time, minutes=5 * number)
            plays.append(Play(ended, track))
    return plays


def tracks_of(*artists: Artist, each: int = 6) -> list[Track]:
    """The first tracks of some artists, an artist after the other."""
    return [track for artist in artists for track in CATALOGUE.by_artist[artist][:each]]


def cache(question: str, service: str | None = None) -> Mapping[str, Any]:
    """The cached answers to a question that all accounts share, by key."""
    with connected():
        stored = rows(
            "SELECT key, payload FROM provider_cache WHERE question = %s AND coalesce(service = %s, true)",
            question,
            service,
        )
    return dict(stored)


def own_cache(question: str) -> list[tuple[Any, ...]]:
    """(account, key, service, payload) of the answers to a question that belong to one account each."""
    with connected():
        return rows(
            "SELECT account_id, key, service, payload FROM account_cache WHERE question = %s ORDER BY account_id",
            question,
        )


def everything_cached() -> str:
    """Everything in both caches with its times, as one text."""
    with connected():
        shared = rows("SELECT * FROM provider_cache ORDER BY question, key, service")
        own = rows("SELECT * FROM account_cache ORDER BY account_id, question, key, service")
    return json.dumps([shared, own], default=str)
