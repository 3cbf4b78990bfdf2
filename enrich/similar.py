"""Ask who is like the listener's artists, and what is played next to the listener's songs."""

from collections.abc import Iterable, Sequence
from typing import Any

from db.collecting.lookup_state import isrcs
from db.collecting.provider_cache import cached
from enrich.run import Run
from metadata import payloads
from recommend.listening.library_items import KnownArtist
from recommend.listening.names import artist_key
from recommend.listening.songs import Song
from recommend.proposals.seeds import Seeds

HALF_LIFE = 180  # days
TRACK_URI = "spotify:track:"


def ask_ids(run: Run, seeds: Seeds) -> None:
    """MusicBrainz's ids, by which ListenBrainz knows music: of each artist's strongest song first, for the artist's."""
    musicbrainz = run.services.musicbrainz
    if musicbrainz is None or run.services.listenbrainz is None:
        return
    songs = {song.key: song for song in known_by(seeds)}
    isrc = isrcs([song.track_id for song in songs.values()])

    def ask(key: str) -> Any:
        song = songs[key]
        return payloads.musicbrainz_ids(musicbrainz.ids(song.artist, song.name, isrc.get(song.track_id)))

    run.ask_each("musicbrainz", "musicbrainz_ids", list(songs), ask)


def known_by(seeds: Seeds) -> list[Song]:
    """The songs by whose ids artists and songs are known."""
    return [*(strongest(artist) for artist in seeds.artists), *seeds.songs]


def strongest(artist: KnownArtist) -> Song:
    return min(artist.songs, key=lambda song: (-song.decay(HALF_LIFE), song.key))


def artist_mbids(run: Run, artists: Iterable[KnownArtist]) -> dict[str, str]:
    """MusicBrainz's ids of artists by key, as far as they are known by any of their songs."""
    songs = [song.key for artist in artists for song in artist.songs]
    found = _music_ids(run, songs)
    return {artist_key(song.split("\x1f")[0]): ids["artist_mbid"] for song, ids in found.items()}


def _music_ids(run: Run, songs: Sequence[str]) -> dict[str, dict[str, Any]]:
    answers = cached("musicbrainz_ids", songs, run.now())
    return {key: said.payload for key, (said, *_) in answers.items() if isinstance(said.payload, dict)}


def ask_similar_artists(run: Run, seeds: Seeds) -> None:
    names = {artist.key: artist.name for artist in seeds.artists}
    if listenbrainz := run.services.listenbrainz:
        mbids = artist_mbids(run, seeds.artists)

        def by_id(key: str) -> Any:
            return payloads.similar_artists(listenbrainz.similar_artists(mbids[key]))

        run.ask_each("listenbrainz", "similar_artists", [key for key in names if key in mbids], by_id)
    if lastfm := run.services.lastfm:

        def by_name(key: str) -> Any:
            return payloads.similar_artists(lastfm.similar_artists(names[key]))

        run.ask_each("lastfm", "similar_artists", list(names), by_name)


def ask_similar_tracks(run: Run, seeds: Seeds) -> None:
    songs = {song.key: song for song in seeds.songs}
    if listenbrainz := run.services.listenbrainz:
        mbids = {key: ids["recording_mbid"] for key, ids in _music_ids(run, list(songs)).items()}

        def by_id(key: str) -> Any:
            return payloads.similar_tracks(listenbrainz.similar_recordings(mbids[key]))

        run.ask_each("listenbrainz", "similar_tracks", [key for key in songs if mbids.get(key)], by_id)
    if lastfm := run.services.lastfm:

        def by_name(key: str) -> Any:
            return payloads.similar_tracks(lastfm.similar_tracks(songs[key].artist, songs[key].name))

        run.ask_each("lastfm", "similar_tracks", list(songs), by_name)
    if reccobeats := run.services.reccobeats:
        ids = {key: str(song.uri).removeprefix(TRACK_URI) for key, song in songs.items()}

        def by_uri(key: str) -> Any:
            return payloads.similar_tracks(reccobeats.recommendations([ids[key]]))

        on_spotify = [key for key, song in songs.items() if song.uri and song.uri.startswith(TRACK_URI)]
        run.ask_each("reccobeats", "similar_tracks", on_spotify, by_uri)
