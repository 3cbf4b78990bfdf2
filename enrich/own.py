"""Ask what services recommend to this listener: ListenBrainz to its user, Spotify to whose app may still ask it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.people.preferences import preference
from enrich.run import Run
from enrich.search import as_cached
from metadata import payloads
from recommend.listening.context import Context
from recommend.proposals.seeds import Seeds
from recommend.providers.spotify import TODAY
from spotify.client import MOST_SEEDS, SpotifyClient
from spotify.errors import NotAvailable

SPOTIFY_ID = re.compile(r"(?:spotify:(?:artist|track):|https://open\.spotify\.com/(?:artist|track)/)?(\w{22})(?:\?.*)?")
TRACK_URI = "spotify:track:"
AMONG = 20  # songs, of which each day takes the next five


@dataclass(frozen=True, slots=True)
class OwnSeeds:
    """What the operator wants Spotify's recommendations to go with, in place of what the listener loves.

    Artists and tracks by id, URI, link or name; genres by Spotify's names.
    """

    artists: Sequence[str] = ()
    genres: Sequence[str] = ()
    tracks: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.artists or self.genres or self.tracks)


OF_THE_LISTENER = OwnSeeds()


@dataclass(frozen=True, slots=True)
class _Seed:
    kind: str  # artists, genres or tracks
    spotify_id: str
    name: str


def ask_listenbrainz_cf(run: Run, context: Context) -> None:
    listenbrainz, user = run.services.listenbrainz, preference(context.account_id).listenbrainz_user
    if listenbrainz and user:

        def ask(key: str) -> Any:
            return payloads.similar_tracks(listenbrainz.cf_recommendations(key))

        run.ask_each("listenbrainz", "listenbrainz_cf", [user], ask, context.account_id)


def ask_spotify_recommendations(run: Run, context: Context, seeds: Seeds, client: SpotifyClient, own: OwnSeeds) -> None:
    """Once a day. Nearly every app is refused this: it is asked again on another day, for an app can change."""
    if not own and not _loved(context, seeds):
        return

    def ask(_: str) -> Any:
        try:
            return _recommended(client, (_named(client, own) if own else _loved(context, seeds))[:MOST_SEEDS])
        except NotAvailable:
            return []

    run.ask_each("spotify", "spotify_recommendations", [TODAY], ask, context.account_id)


def _recommended(client: SpotifyClient, seeds: Sequence[_Seed]) -> Any:
    by_kind = {
        kind: [seed.spotify_id for seed in seeds if seed.kind == kind] for kind in ("artists", "genres", "tracks")
    }
    found = client.recommendations(by_kind["artists"], by_kind["genres"], by_kind["tracks"])
    return {"seeds": [seed.name for seed in seeds], "tracks": [as_cached(track) for track in found if track.artists]}


def _loved(context: Context, seeds: Seeds) -> list[_Seed]:
    """Five of the listener's songs, others every day."""
    songs = [song for song in seeds.songs[:AMONG] if song.uri and song.uri.startswith(TRACK_URI)]
    start = context.date.toordinal() * MOST_SEEDS % len(songs) if songs else 0
    return [
        _Seed("tracks", str(song.uri).removeprefix(TRACK_URI), song.name) for song in (songs[start:] + songs[:start])
    ]


def _named(client: SpotifyClient, own: OwnSeeds) -> list[_Seed]:
    artists = [seed for text in own.artists if (seed := _artist(client, text))]
    tracks = [seed for text in own.tracks if (seed := _track(client, text))]
    return [*artists, *(_Seed("genres", genre, genre) for genre in own.genres), *tracks]


def _artist(client: SpotifyClient, text: str) -> _Seed | None:
    known = SPOTIFY_ID.fullmatch(text)
    found = client.artist(known[1]) if known else next(iter(client.search(text, kinds=("artist",)).artists), None)
    return _Seed("artists", found.spotify_id, found.name) if found and found.spotify_id else None


def _track(client: SpotifyClient, text: str) -> _Seed | None:
    """A track by its id is not asked for: its id is enough."""
    known = SPOTIFY_ID.fullmatch(text)
    if known:
        return _Seed("tracks", known[1], text)
    found = next(iter(client.search(text).tracks), None)
    if found is None or not found.uri or not found.uri.startswith(TRACK_URI):
        return None
    return _Seed("tracks", found.uri.removeprefix(TRACK_URI), found.title)
