"""Clients of the services that the operator has enabled."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from metadata.http import Clock, Http, Sleep, Transport, utc_now
from metadata.lastfm import LastFm
from metadata.listenbrainz import ListenBrainz
from metadata.musicbrainz import MusicBrainz
from metadata.reccobeats import ReccoBeats

# The shortest time between two calls, in seconds. Limits: MusicBrainz allows one per second; Last.fm suspends a key for
# "several" per second; ListenBrainz allows 30 in 5 s and sends how many are left; ReccoBeats publishes none.
PACES = {"listenbrainz": 0.2, "musicbrainz": 1.1, "lastfm": 0.25, "reccobeats": 1.0}


@dataclass(frozen=True, slots=True)
class Services:
    """The clients, None for a service that is not enabled."""

    listenbrainz: ListenBrainz | None = None
    lastfm: LastFm | None = None
    musicbrainz: MusicBrainz | None = None
    reccobeats: ReccoBeats | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the enabled services."""
        return tuple(sorted(name for name in PACES if getattr(self, name) is not None))


NOBODY = Services()


def configured(
    names: Sequence[str],
    *,
    listenbrainz_token: str | None,
    lastfm_api_key: str | None,
    listenbrainz_url: str,
    listenbrainz_labs_url: str,
    lastfm_url: str,
    musicbrainz_url: str,
    reccobeats_url: str,
    version: str = "",
    transport: Transport | None = None,
    sleep: Sleep = time.sleep,
    now: Clock = utc_now,
) -> Services:
    """The clients from the settings; Last.fm needs its key. Use one object per run: it keeps the rate limits."""

    def http(name: str) -> Http:
        return Http(name, PACES[name], version, transport, sleep, now)

    return Services(
        ListenBrainz(http("listenbrainz"), listenbrainz_url, listenbrainz_labs_url, listenbrainz_token)
        if "listenbrainz" in names
        else None,
        LastFm(http("lastfm"), lastfm_url, lastfm_api_key) if "lastfm" in names and lastfm_api_key else None,
        MusicBrainz(http("musicbrainz"), musicbrainz_url) if "musicbrainz" in names else None,
        ReccoBeats(http("reccobeats"), reccobeats_url) if "reccobeats" in names else None,
    )
