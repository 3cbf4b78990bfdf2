"""Look up on Spotify the releases of the listener's artists, and the tracks of new and of unfinished albums."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from db.collecting.lookup_state import first_artists
from enrich.run import Run
from enrich.search import by_artist
from metadata.services import SPOTIFY
from recommend.listening.context import Context
from recommend.listening.library_items import KnownAlbum, KnownArtist
from recommend.listening.names import album_key, artist_key
from recommend.proposals.payloads import AlbumTracks, Release, album_tracks, releases
from recommend.proposals.seeds import best_artists
from recommend.providers.new_release import NEW_FOR, first_day
from recommend.providers.unfinished_album import ENOUGH_SONGS
from spotify.client import ALBUMS_LIMIT, SpotifyClient
from spotify.reading import Release as Listed

ARTISTS, UNFINISHED = 40, 15
PAGES = {"album": 2, "single": 1}  # of ten, the newest first
OF_ARTISTS, OF_ALBUMS = 90, 30  # half-lives in days
ALBUM_URI = "spotify:album:"


def look_up_discographies(run: Run, context: Context, client: SpotifyClient) -> None:
    artists = {artist.key: artist for artist in favourites(context)}
    ids = _spotify_ids(list(artists.values()))

    def ask(key: str) -> Any:
        spotify_id = ids.get(key) or _search(client, artists[key].name)
        return _discography(client, spotify_id) if spotify_id else []

    run.ask_each(SPOTIFY, "discography", list(artists), ask)


def favourites(context: Context) -> list[KnownArtist]:
    return best_artists(context, OF_ARTISTS, ARTISTS)


def _spotify_ids(artists: Sequence[KnownArtist]) -> dict[str, str]:
    """Spotify ids by artist key, as far as known: for each artist, the id that most of the songs name."""
    songs = {song.track_id: artist.key for artist in artists for song in artist.songs}
    counted: dict[str, dict[str, int]] = {}
    for first in first_artists(list(songs)):
        if artist_key(first.name) == songs[first.track_id]:
            ids = counted.setdefault(songs[first.track_id], {})
            ids[first.spotify_id] = ids.get(first.spotify_id, 0) + 1
    return {key: max(sorted(ids), key=lambda spotify_id: ids[spotify_id]) for key, ids in counted.items()}


def _search(client: SpotifyClient, name: str) -> str | None:
    artists = client.search(by_artist(name), kinds=("artist",)).artists
    return next((artist.spotify_id for artist in artists if artist_key(artist.name) == artist_key(name)), None)


def _discography(client: SpotifyClient, spotify_id: str) -> list[dict[str, Any]]:
    return [
        {
            "uri": f"{ALBUM_URI}{listed.album.spotify_id}",
            "name": listed.album.name,
            "kind": listed.kind,
            "released": listed.album.release_date,
        }
        for kind in PAGES
        for listed in _listed(client, spotify_id, kind)
        if listed.album.spotify_id and listed.album.release_date
    ]


def _listed(client: SpotifyClient, spotify_id: str, kind: str) -> Iterator[Listed]:
    for page in range(PAGES[kind]):
        albums = client.artist_albums(spotify_id, (kind,), ALBUMS_LIMIT, page * ALBUMS_LIMIT)
        yield from albums.releases
        if albums.total <= (page + 1) * ALBUMS_LIMIT:
            return


def look_up_album_tracks(run: Run, context: Context, client: SpotifyClient) -> None:
    run.ask_each(SPOTIFY, "album_tracks", wanted_albums(context), lambda uri: _album(client, uri))


def wanted_albums(context: Context) -> list[str]:
    """URIs of recent releases, then of the most played albums that the listener may not have finished."""
    by_artist_key = _releases(context)
    recent = [each for several in by_artist_key.values() for each in several if _is_recent(each, context.date)]
    recent.sort(key=lambda release: (release.released, release.uri), reverse=True)
    return list(dict.fromkeys([release.uri for release in recent] + _unfinished(context, by_artist_key)))


def _releases(context: Context) -> dict[str, list[Release]]:
    """Releases by artist key, without compilations, whose music is from other releases. Raises MalformedAnswer."""
    answers = context.cached("discography", [artist.key for artist in favourites(context)])
    return {
        key: [release for payload in payloads for release in releases(payload) if release.kind != "compilation"]
        for key, payloads in answers.items()
    }


def _is_recent(release: Release, today: date) -> bool:
    day = first_day(release.released)
    return day is not None and today - NEW_FOR <= day <= today


def _unfinished(context: Context, released: dict[str, list[Release]]) -> list[str]:
    begun = [album for album in context.albums.values() if len(album.songs) >= ENOUGH_SONGS]
    begun.sort(key=lambda album: (-album.decay(OF_ALBUMS), album.key))
    editions = [uri for album in begun for uri in _editions(album, released)]
    answers = context.cached("album_tracks", editions)
    unfinished = (
        uri
        for uri in editions
        if not any(_is_finished(context, album_tracks(payload)) for payload in answers.get(uri, ()))
    )
    return [uri for uri, _ in zip(unfinished, range(UNFINISHED), strict=False)]


def _editions(album: KnownAlbum, released: dict[str, list[Release]]) -> list[str]:
    of_artist = released.get(artist_key(album.artist), [])
    return [release.uri for release in of_artist if album_key(album.artist, release.name) == album.key]


def _is_finished(context: Context, album: AlbumTracks | None) -> bool:
    """True also for an album that Spotify no longer has: there is nothing to look up."""
    return album is None or all(track.key in context.library for track in album.tracks)


def _album(client: SpotifyClient, uri: str) -> Any:
    page = client.album(uri.removeprefix(ALBUM_URI))
    album = page.album
    return {
        "uri": uri,
        "name": album.name,
        "artist": album.artists[0].name if album.artists else "",
        "released": album.release_date,
        "tracks": [
            {"uri": track.uri, "name": track.name, "artist": track.artists[0].name, "number": number}
            for number, track in enumerate(page.tracks, start=1)
            if track.artists
        ],
    }
