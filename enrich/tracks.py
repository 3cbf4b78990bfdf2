"""Look up the best-known tracks of artists: the listener's own, and those that would be new."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from db.collecting.provider_cache import cached
from enrich.run import Run
from enrich.search import as_cached, by_artist
from enrich.similar import artist_mbids
from metadata.lookups import ARTIST_TRACKS, ArtistQuery
from metadata.services import SPOTIFY
from recommend.listening.context import Context
from recommend.listening.names import artist_key
from recommend.proposals.seeds import Seeds
from recommend.providers.similar_artist import best_artists
from spotify.client import SpotifyClient

NEW = 30  # artists that the listener does not know
Artists = Mapping[str, ArtistQuery]  # by key


def look_up_artist_tracks(run: Run, context: Context, seeds: Seeds, client: SpotifyClient | None) -> None:
    """Spotify comes last and only fills gaps: its search is a guess, whereas other services count plays."""
    artists = wanted_artists(run, context, seeds)
    unanswered = partial(_unanswered, run, list(artists))
    run.look_up(ARTIST_TRACKS, artists, gaps=unanswered)
    if client:
        run.ask_each(SPOTIFY, ARTIST_TRACKS, unanswered(SPOTIFY), lambda key: _searched(client, artists[key].name))


def wanted_artists(run: Run, context: Context, seeds: Seeds) -> Artists:
    """The best new artists first: without tracks they can never be recommended."""
    mbids = artist_mbids(run, seeds.artists)
    new = {like.item.key: ArtistQuery(like.item.name, like.item.id) for like in best_artists(context)[:NEW]}
    return new | {artist.key: ArtistQuery(artist.name, mbids.get(artist.key)) for artist in seeds.artists}


def _unanswered(run: Run, keys: Sequence[str], service: str) -> list[str]:
    """The artists for whom no service but this one has a fresh answer."""
    answered = {
        key
        for key, answers in cached(ARTIST_TRACKS, keys, run.now()).items()
        for answer in answers
        if answer.service != service and answer.payload and not answer.is_stale
    }
    return [key for key in keys if key not in answered]


def _searched(client: SpotifyClient, name: str) -> list[dict[str, Any]]:
    """The artist's tracks in Spotify's order, without those of other artists whose names are similar."""
    tracks = client.search(by_artist(name)).tracks
    own = [track for track in tracks if track.artists and artist_key(track.artists[0].name) == artist_key(name)]
    return [as_cached(track) | {"popularity": round(1 - place / len(own), 3)} for place, track in enumerate(own)]
