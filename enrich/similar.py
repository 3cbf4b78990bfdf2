"""Look up which artists are similar to the listener's, and which tracks are played next to the listener's songs."""

from collections.abc import Iterable, Sequence
from typing import Any

from db.collecting.lookup_state import isrcs
from db.collecting.provider_cache import cached
from enrich.run import Run
from metadata.lookups import MUSIC_IDS, SIMILAR_ARTISTS, SIMILAR_TRACKS, ArtistQuery, SongQuery
from recommend.listening.library_items import KnownArtist
from recommend.listening.names import artist_key
from recommend.listening.songs import Song
from recommend.proposals.seeds import Seeds

HALF_LIFE = 180  # days
TRACK_URI = "spotify:track:"


def look_up_ids(run: Run, seeds: Seeds) -> None:
    """Look up MusicBrainz ids: first of each artist's most-played song, because that gives the artist's id."""
    if not run.services.use_mbids:
        return
    songs = {song.key: song for song in identifying_songs(seeds)}
    isrc = isrcs([song.track_id for song in songs.values()])
    queries = {key: SongQuery(song.artist, song.name, isrc=isrc.get(song.track_id)) for key, song in songs.items()}
    run.look_up(MUSIC_IDS, queries)


def identifying_songs(seeds: Seeds) -> list[Song]:
    """The songs whose ids identify the artists and songs to start from."""
    return [*(strongest(artist) for artist in seeds.artists), *seeds.songs]


def strongest(artist: KnownArtist) -> Song:
    return min(artist.songs, key=lambda song: (-song.decay(HALF_LIFE), song.key))


def artist_mbids(run: Run, artists: Iterable[KnownArtist]) -> dict[str, str]:
    """MusicBrainz ids of artists by key, where any of their songs gave one."""
    songs = [song.key for artist in artists for song in artist.songs]
    return {artist_key(song.split("\x1f")[0]): ids["artist_mbid"] for song, ids in _music_ids(run, songs).items()}


def _music_ids(run: Run, songs: Sequence[str]) -> dict[str, dict[str, Any]]:
    answers = cached(MUSIC_IDS, songs, run.now())
    return {key: answer.payload for key, (answer, *_) in answers.items() if isinstance(answer.payload, dict)}


def look_up_similar_artists(run: Run, seeds: Seeds) -> None:
    mbids = artist_mbids(run, seeds.artists)
    queries = {artist.key: ArtistQuery(artist.name, mbids.get(artist.key)) for artist in seeds.artists}
    run.look_up(SIMILAR_ARTISTS, queries)


def look_up_similar_tracks(run: Run, seeds: Seeds) -> None:
    ids = _music_ids(run, [song.key for song in seeds.songs])
    mbids = {key: str(mbid) for key, of_song in ids.items() if (mbid := of_song["recording_mbid"])}
    run.look_up(SIMILAR_TRACKS, {song.key: _query(song, mbids.get(song.key)) for song in seeds.songs})


def _query(song: Song, mbid: str | None) -> SongQuery:
    is_on_spotify = song.uri is not None and song.uri.startswith(TRACK_URI)
    spotify_id = str(song.uri).removeprefix(TRACK_URI) if is_on_spotify else None
    return SongQuery(song.artist, song.name, mbid, spotify_id=spotify_id)
