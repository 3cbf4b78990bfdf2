"""Ask which tracks of an artist are known best: of the listener's own, and of those that would be new."""

from collections.abc import Mapping
from typing import Any

from db.collecting.provider_cache import cached
from enrich.run import Run
from enrich.search import as_cached, by_artist
from enrich.similar import artist_mbids
from metadata import payloads
from recommend.listening.context import Context
from recommend.listening.names import artist_key
from recommend.proposals.seeds import Seeds
from recommend.providers.similar_artist import best_artists
from spotify.client import SpotifyClient

NEW = 30  # artists that the listener does not know
Artists = Mapping[str, tuple[str, str | None]]  # by key: name, and MusicBrainz's id where it is known


def ask_artist_tracks(run: Run, context: Context, seeds: Seeds, client: SpotifyClient | None) -> None:
    """Of each service in turn only what none before it knew: ListenBrainz counts plays, Spotify's search is a guess."""
    artists = wanted_artists(run, context, seeds)
    if (listenbrainz := run.services.listenbrainz) and listenbrainz.has_token:

        def by_id(key: str) -> Any:
            return payloads.artist_tracks(listenbrainz.top_recordings_of(str(artists[key][1])))

        run.ask_each("listenbrainz", "artist_tracks", [key for key in artists if artists[key][1]], by_id)
    if lastfm := run.services.lastfm:

        def by_name(key: str) -> Any:
            return payloads.artist_tracks(lastfm.top_tracks(artists[key][0]))

        run.ask_each("lastfm", "artist_tracks", _unanswered(run, artists, "lastfm"), by_name)
    if client:
        run.ask_each(
            "spotify",
            "artist_tracks",
            _unanswered(run, artists, "spotify"),
            lambda key: _searched(client, artists[key][0]),
        )


def wanted_artists(run: Run, context: Context, seeds: Seeds) -> Artists:
    """The best new ones first: without tracks they can never be recommended."""
    mbids = artist_mbids(run, seeds.artists)
    new = {like.item.key: (like.item.name, like.item.id) for like in best_artists(context)[:NEW]}
    return new | {artist.key: (artist.name, mbids.get(artist.key)) for artist in seeds.artists}


def _unanswered(run: Run, artists: Artists, service: str) -> list[str]:
    """Those of whom no other service knows anything now."""
    answers = cached("artist_tracks", list(artists), run.now())
    known = {
        key
        for key, several in answers.items()
        for said in several
        if said.service != service and said.payload and not said.is_stale
    }
    return [key for key in artists if key not in known]


def _searched(client: SpotifyClient, name: str) -> Any:
    """In the order in which Spotify finds them; what others of a similar name made is left out."""
    found = client.search(by_artist(name)).tracks
    own = [track for track in found if track.artists and artist_key(track.artists[0].name) == artist_key(name)]
    return [as_cached(track) | {"popularity": round(1 - place / len(own), 3)} for place, track in enumerate(own)]
