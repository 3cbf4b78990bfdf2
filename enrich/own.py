"""Look up recommendations that services make for a single listener, by user name or by Spotify seeds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.people.preferences import preference
from enrich.run import Run
from enrich.search import as_cached
from metadata.lookups import USER_RECOMMENDATIONS
from metadata.services import SPOTIFY
from recommend.listening.context import Context
from recommend.proposals.seeds import Seeds
from recommend.providers.spotify import TODAY
from spotify.client import MOST_SEEDS, SpotifyClient
from spotify.errors import NotAvailable

SPOTIFY_ID = re.compile(r"(?:spotify:(?:artist|track):|https://open\.spotify\.com/(?:artist|track)/)?(\w{22})(?:\?.*)?")
TRACK_URI = "spotify:track:"
SPOTIFY_RECOMMENDATIONS = "spotify_recommendations"
AMONG = 20  # songs, five of which are the seeds of a day


@dataclass(frozen=True, slots=True)
class OwnSeeds:
    """The operator's seeds for Spotify's recommendations, which replace the listener's favourites.

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


def look_up_user_recommendations(run: Run, context: Context) -> None:
    """Look up recommendations by the user name that the listener has at the service."""
    if user := preference(context.account_id).listenbrainz_user:
        run.look_up(USER_RECOMMENDATIONS, {user: user}, context.account_id)


def look_up_spotify_recommendations(
    run: Run, context: Context, seeds: Seeds, client: SpotifyClient, own: OwnSeeds
) -> None:
    """Look up recommendations once a day. Spotify refuses nearly every app, but is asked again the next day."""
    if not own and not _favourites(context, seeds):
        return

    def ask(_: str) -> Any:
        try:
            return _recommended(client, (_named(client, own) if own else _favourites(context, seeds))[:MOST_SEEDS])
        except NotAvailable:
            return []

    run.ask_each(SPOTIFY, SPOTIFY_RECOMMENDATIONS, [TODAY], ask, context.account_id)


def _recommended(client: SpotifyClient, seeds: Sequence[_Seed]) -> Any:
    by_kind = {
        kind: [seed.spotify_id for seed in seeds if seed.kind == kind] for kind in ("artists", "genres", "tracks")
    }
    tracks = client.recommendations(by_kind["artists"], by_kind["genres"], by_kind["tracks"])
    return {"seeds": [seed.name for seed in seeds], "tracks": [as_cached(track) for track in tracks if track.artists]}


def _favourites(context: Context, seeds: Seeds) -> list[_Seed]:
    """Five of the listener's songs, different ones every day."""
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
    match = SPOTIFY_ID.fullmatch(text)
    artist = client.artist(match[1]) if match else next(iter(client.search(text, kinds=("artist",)).artists), None)
    return _Seed("artists", artist.spotify_id, artist.name) if artist and artist.spotify_id else None


def _track(client: SpotifyClient, text: str) -> _Seed | None:
    """An id needs no lookup."""
    match = SPOTIFY_ID.fullmatch(text)
    if match:
        return _Seed("tracks", match[1], text)
    track = next(iter(client.search(text).tracks), None)
    if track is None or not track.uri or not track.uri.startswith(TRACK_URI):
        return None
    return _Seed("tracks", track.uri.removeprefix(TRACK_URI), track.title)
