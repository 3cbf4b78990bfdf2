"""The table of music services, which settings, metrics, the privacy page, the demo and credits read.

To add a service, write its client and a row here.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from metadata import lastfm, listenbrainz, musicbrainz, reccobeats
from metadata.http import BOUNDS, Claim, Clock, Http, Sleep, Transport, utc_now
from metadata.lastfm import LastFm
from metadata.listenbrainz import ListenBrainz
from metadata.lookups import Lookup, has_mbid
from metadata.musicbrainz import MusicBrainz
from metadata.reccobeats import ReccoBeats

SPOTIFY = "spotify"  # not in the table: it has its own client and budget (spotify/)
Client = ListenBrainz | LastFm | MusicBrainz | ReccoBeats
C = TypeVar("C", ListenBrainz, LastFm, MusicBrainz, ReccoBeats)


@dataclass(frozen=True, slots=True)
class MusicService:
    """One service. `addresses` are the defaults by the setting that changes them.

    `build` makes the client from the connection, the addresses in this order, and the key or None. `receives` says
    for people what is sent to it; no service ever learns who listens. `credit` is how its terms want it named.
    """

    name: str  # in SERVICES, in the database and in metrics
    shown_name: str
    website: str
    addresses: Mapping[str, str]
    receives: str
    pause: float  # the least seconds between two calls
    answers_a_night: int  # for all accounts together
    build: Callable[[Http, Sequence[str], str | None], Client]
    key_setting: str | None = None
    needs_key: bool = False
    is_default: bool = False  # contacted unless SERVICES says otherwise, and needs_key is met
    credit: str = ""
    most_cached_bytes: int | None = None  # with the next one, what its terms allow to store
    most_tag_bytes: int | None = None  # of the tags of artists, beside the cache
    largest_answer: int = BOUNDS.largest  # bytes


LISTENBRAINZ = {
    "LISTENBRAINZ_URL": "https://api.listenbrainz.org",
    "LISTENBRAINZ_LABS_URL": "https://labs.api.listenbrainz.org",
}
# `make messages` collects what each receives, for the privacy page.
MUSIC_SERVICES = (
    MusicService(
        listenbrainz.SERVICE,
        "ListenBrainz",
        "https://listenbrainz.org",
        LISTENBRAINZ,
        "names and MusicBrainz ids of artists and songs, and the user name that you have there, if you enter one",
        pause=0.2,  # it allows 30 calls in 5 s, and says how many are left
        answers_a_night=400,
        build=lambda http, urls, token: ListenBrainz(http, urls[0], urls[1], token),
        key_setting="LISTENBRAINZ_TOKEN",
        is_default=True,
        largest_answer=16_000_000,  # the metadata of 1,000 recordings
    ),
    MusicService(
        musicbrainz.SERVICE,
        "MusicBrainz",
        "https://musicbrainz.org",
        {"MUSICBRAINZ_URL": "https://musicbrainz.org"},
        "names of artists and songs, and ISRCs",
        pause=1.1,  # it allows one call a second
        answers_a_night=60,
        build=lambda http, urls, _: MusicBrainz(http, urls[0]),
        is_default=True,
    ),
    MusicService(
        lastfm.SERVICE,
        "Last.fm",
        "https://www.last.fm",
        {"LASTFM_URL": "https://ws.audioscrobbler.com"},
        "names of artists and songs",
        pause=0.25,  # "several a second" suspends a key
        answers_a_night=400,
        build=lambda http, urls, key: LastFm(http, urls[0], key or ""),
        key_setting="LASTFM_API_KEY",
        needs_key=True,
        is_default=True,
        credit="Last.fm (powered by AudioScrobbler)",
        most_cached_bytes=60_000_000,  # its terms allow 100 MB, and more is stored before the next purge
        most_tag_bytes=30_000_000,
    ),
    MusicService(
        reccobeats.SERVICE,
        "ReccoBeats",
        "https://reccobeats.com",
        {"RECCOBEATS_URL": "https://api.reccobeats.com"},
        "Spotify ids of songs",
        pause=1.0,  # its limit is unpublished
        answers_a_night=60,
        build=lambda http, urls, _: ReccoBeats(http, urls[0]),
    ),
)
MOST_CACHED_BYTES = {service.name: service.most_cached_bytes for service in MUSIC_SERVICES if service.most_cached_bytes}
MOST_TAG_BYTES = {service.name: service.most_tag_bytes for service in MUSIC_SERVICES if service.most_tag_bytes}
BY_NAME = {service.name: service for service in MUSIC_SERVICES}


def is_known(service: str) -> bool:
    """Whether this version knows the service, Spotify included."""
    return service == SPOTIFY or service in BY_NAME


def shown_name(service: str) -> str:
    """The name for people, of Spotify too; the plain name for a service that only another version knows."""
    return BY_NAME[service].shown_name if service in BY_NAME else service.capitalize()


def credit(service: str) -> str:
    """How to name the service next to what it contributed."""
    return (BY_NAME[service].credit if service in BY_NAME else "") or shown_name(service)


@dataclass(frozen=True, slots=True)
class Services:
    """The clients of the services that the operator wants to be contacted, in the order of the table."""

    clients: Mapping[str, Client] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.clients))

    def client(self, kind: type[C]) -> C | None:
        """The client of this class; None if its service must not be contacted."""
        return next((client for client in self.clients.values() if isinstance(client, kind)), None)

    @property
    def use_mbids(self) -> bool:
        """Whether any of them knows music by MusicBrainz ids only."""
        return any(lookup.covers is has_mbid for client in self.clients.values() for lookup in client.lookups())

    def lookups(self, question: str) -> Iterator[tuple[str, Lookup[Any]]]:
        """How each service that knows an answer to `question` is asked, by the service's name."""
        for name, client in self.clients.items():
            yield from ((name, lookup) for lookup in client.lookups() if lookup.question == question)


NO_SERVICES = Services()


def configured(
    names: Sequence[str],
    addresses: Mapping[str, str],
    keys: Mapping[str, str],
    *,
    version: str = "",
    transport: Transport | None = None,
    sleep: Sleep = time.sleep,
    now: Clock = utc_now,
    contact: str = "",
    claim: Claim | None = None,
) -> Services:
    """Clients of the services of these `names`, with addresses and keys by the names of their settings.

    `contact` and `claim` are those of metadata/http.py.

    A run builds them once, because each client keeps its own pace. A service without a key that it needs is left out.
    """
    clients = {}
    for service in MUSIC_SERVICES:
        key = keys.get(service.key_setting or "")
        if service.name in names and (key or not service.needs_key):
            bounds = replace(BOUNDS, largest=service.largest_answer)
            http = Http(service.name, service.pause, version, transport, sleep, now, bounds, contact, claim)
            urls = [addresses.get(setting, default) for setting, default in service.addresses.items()]
            clients[service.name] = service.build(http, urls, key)
    return Services(clients)
