"""Tracks as every answer shows them."""

from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from music import Artist, shown_name

# Used with `track` and JOINS: what the account knows about the track, or for a track outside its library, what
# all accounts know. Spotify's API and our own export name all artists; other exports name only one.
COLUMNS = """
    coalesce(own.name, track.name) AS track_name, track.uri AS track_uri,
    coalesce(own.duration_ms, track.duration_ms) AS track_duration_ms,
    coalesce(own.artist_name, track.artist_name) AS track_artist_name, album.name AS track_album_name,
    coalesce(album.image_url, own.facts -> 'album' ->> 'image_url') AS track_image_url,
    CASE WHEN track.fetched_at IS NULL AND jsonb_typeof(own.facts -> 'artists') = 'array' THEN ARRAY(
        SELECT ARRAY[credit ->> 'name', credit ->> 'spotify_id']
        FROM jsonb_array_elements(own.facts -> 'artists') WITH ORDINALITY AS credits (credit, place) ORDER BY place)
    ELSE coalesce(
        CASE WHEN track.fetched_at IS NOT NULL OR own.named_at IS NULL THEN nullif(ARRAY(
            SELECT ARRAY[artist.name, artist.spotify_id] FROM track_artist JOIN artist ON artist.id = artist_id
            WHERE track_id = track.id ORDER BY position), ARRAY[]::text[]) END,
        ARRAY(SELECT ARRAY[artist.name, artist.spotify_id] FROM artist WHERE artist.id = own.artist_id)) END
        AS track_artists
"""
_JOINS = """
    LEFT JOIN account_track own ON own.account_id = {account} AND own.track_id = track.id
    LEFT JOIN album ON album.id = coalesce(own.album_id, track.album_id)
"""


def joins_of(account: str) -> str:
    """The joins that COLUMNS need; `account` is SQL."""
    return _JOINS.format(account=account)


JOINS = joins_of("%(account_id)s")


# A named tuple, because rows come by the hundred: creating one takes a third of the time of a frozen dataclass.
class KnownTrack(NamedTuple):
    """A track; `name` is None if only its URI was ever reported."""

    name: str | None
    uri: str | None
    duration_ms: int | None
    artists: tuple[Artist, ...]
    album_name: str | None
    image_url: str | None


class TrackColumns(Struct, frozen=True, gc=False):
    """A record with COLUMNS among its columns."""

    track_name: str | None
    track_uri: str | None
    track_duration_ms: int | None
    track_artist_name: str | None
    track_album_name: str | None
    track_image_url: str | None
    track_artists: list[tuple[str, str | None]]

    def known_track(self) -> KnownTrack:
        """The track. Blank names, which earlier versions stored, become None."""
        return KnownTrack(
            _name(self.track_name),
            self.track_uri,
            self.track_duration_ms,
            self._artists(),
            _name(self.track_album_name),
            self.track_image_url,
        )

    def _artists(self) -> tuple[Artist, ...]:
        artists = tuple([artist for credit in self.track_artists if (artist := _artist(*credit)) is not None])
        if not artists and self.track_artist_name is not None:
            alone = _artist(self.track_artist_name)
            return () if alone is None else (alone,)
        return artists


# Cached: a page names few artists, albums and songs many times.
_name = lru_cache(8192)(shown_name)


@lru_cache(4096)
def _artist(name: str, spotify_id: str | None = None) -> Artist | None:
    """None if the name has no visible character."""
    return Artist(name, spotify_id) if shown_name(name) else None
