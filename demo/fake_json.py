"""Our types as Spotify's JSON, with the fields that an app in Development Mode gets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from music import Album, Artist, Episode, Track

Json = dict[str, Any]
PAGE = "https://open.spotify.com"


def _object(kind: str, spotify_id: str | None, **rest: object) -> Json:
    return {
        "external_urls": {"spotify": f"{PAGE}/{kind}/{spotify_id}"},
        "href": f"https://api.spotify.com/v1/{kind}s/{spotify_id}",
        "id": spotify_id,
        "type": kind,
        "uri": f"spotify:{kind}:{spotify_id}",
        **rest,
    }


def artist_json(artist: Artist) -> Json:
    return _object("artist", artist.spotify_id, name=artist.name)


def album_json(album: Album, kind: str = "album", total: int = 12) -> Json:
    image = {"url": album.image_url, "height": 640, "width": 640}
    return _object(
        "album",
        album.spotify_id,
        album_type=kind,
        artists=[artist_json(artist) for artist in album.artists],
        images=[image] if album.image_url else [],
        name=album.name,
        release_date=album.release_date,
        release_date_precision="day",
        total_tracks=total,
    )


def track_json(track: Track) -> Json:
    return _object(
        "track",
        str(track.uri)[-22:],
        album=album_json(track.album) if track.album else None,
        artists=[artist_json(artist) for artist in track.artists],
        disc_number=1,
        duration_ms=track.duration_ms,
        explicit=False,
        external_ids={"isrc": track.isrc} if track.isrc else {},
        is_local=False,
        name=track.name,
        track_number=1,
    )


def album_track_json(track: Track, number: int) -> Json:
    """As in an album's list of tracks: without the album and external ids."""
    left_out = {"album", "external_ids"}
    return {name: value for name, value in track_json(track).items() if name not in left_out} | {"track_number": number}


def page_json(path: str, items: Sequence[Json], limit: int, offset: int) -> Json:
    """The page of `items` at `offset`."""
    here = f"https://api.spotify.com{path}"
    further = offset + limit < len(items)
    return {
        "href": here,
        "items": list(items[offset : offset + limit]),
        "limit": limit,
        "next": f"{here}?offset={offset + limit}&limit={limit}" if further else None,
        "offset": offset,
        "previous": None,
        "total": len(items),
    }


def episode_as_track_json(episode: Episode) -> Json:
    """An episode as Spotify sends it in place of a track: the show is the album, and the artist has no name."""
    return {
        "album": {"id": None, "images": [], "name": episode.show, "type": "show"},
        "artists": [{"name": None, "type": "artist"}],
        "id": (episode.uri or "").rpartition(":")[2],
        "name": episode.name,
        "type": episode.kind,
        "uri": episode.uri,
    }


def episode_json(episode: Episode) -> Json:
    """An episode as Spotify sends it to clients that accept episodes."""
    spotify_id = (episode.uri or "").rpartition(":")[2]
    return _object("episode", spotify_id, name=episode.name, show={"name": episode.show}) | {"uri": episode.uri}


def local_json(track: Track) -> Json:
    """A local file: nothing in it has an id, and its album may have no name."""
    album: Json = {
        "album_type": None,
        "artists": [],
        "id": None,
        "images": [],
        "name": track.album and track.album.name,
    }
    return track_json(track) | {
        "album": {**album, "release_date": None, "type": "album", "uri": None},
        "artists": [{"name": artist.name, "id": None, "uri": None, "type": "artist"} for artist in track.artists],
        "external_ids": {},
        "external_urls": {},
        "href": None,
        "id": None,
        "is_local": True,
        "uri": track.uri,
    }


def play_json(ended_at: datetime, item: Track | Episode, context_uri: str | None) -> Json:
    return {
        "track": track_json(item) if isinstance(item, Track) else episode_as_track_json(item),
        "played_at": f"{ended_at:%Y-%m-%dT%H:%M:%S}.{ended_at.microsecond // 1000:03}Z",
        "context": context_json(context_uri) if context_uri else None,
    }


def context_json(uri: str) -> Json:
    _, kind, spotify_id = uri.split(":")
    return {
        "type": kind,
        "href": f"https://api.spotify.com/v1/{kind}s/{spotify_id}",
        "external_urls": {"spotify": f"{PAGE}/{kind}/{spotify_id}"},
        "uri": uri,
    }
