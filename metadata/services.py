"""The services that the operator wants to be asked, each ready to be."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from metadata.http import Clock, Http, Sleep, Transport, utc_now
from metadata.lastfm import LastFm
from metadata.listenbrainz import ListenBrainz
from metadata.musicbrainz import MusicBrainz
from metadata.reccobeats import ReccoBeats

# The least time between two calls, in seconds. MusicBrainz: one a second. Last.fm: "several a second" suspends a key.
# ListenBrainz: 30 in 5 s, and it says how many are left. ReccoBeats: unpublished.
PACES = {"listenbrainz": 0.2, "musicbrainz": 1.1, "lastfm": 0.25, "reccobeats": 1.0}


@dataclass(frozen=True, slots=True)
class Services:
    """None for a service that nobody asks."""

    listenbrainz: ListenBrainz | None = None
    lastfm: LastFm | None = None
    musicbrainz: MusicBrainz | None = None
    reccobeats: ReccoBeats | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are asked."""
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
    """From the settings of these names; Last.fm needs its key. One of these for a run, for each keeps its own pace."""

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
