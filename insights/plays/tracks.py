"""What is known of a track, as every answer that names one shows it."""

from functools import lru_cache
from typing import NamedTuple

from music import Artist, shown_name

# Beside `track` and JOINS: what the account knows of the track, and for a track outside of its library what everybody
# knows. Spotify's API names all artists, and so does our own export; other exports name one only.
COLUMNS = """
    coalesce(own.name, track.name), track.uri, coalesce(own.duration_ms, track.duration_ms),
    coalesce(own.artist_name, track.artist_name), album.name,
    coalesce(album.image_url, own.facts -> 'album' ->> 'image_url'),
    CASE WHEN track.fetched_at IS NULL AND jsonb_typeof(own.facts -> 'artists') = 'array' THEN ARRAY(
        SELECT ARRAY[credit ->> 'name', credit ->> 'spotify_id']
        FROM jsonb_array_elements(own.facts -> 'artists') WITH ORDINALITY AS credits (credit, place) ORDER BY place)
    ELSE coalesce(
        CASE WHEN track.fetched_at IS NOT NULL OR own.named_at IS NULL THEN nullif(ARRAY(
            SELECT ARRAY[artist.name, artist.spotify_id] FROM track_artist JOIN artist ON artist.id = artist_id
            WHERE track_id = track.id ORDER BY position), ARRAY[]::text[]) END,
        ARRAY(SELECT ARRAY[artist.name, artist.spotify_id] FROM artist WHERE artist.id = own.artist_id)) END
"""
_JOINS = """
    LEFT JOIN account_track own ON own.account_id = {account} AND own.track_id = track.id
    LEFT JOIN album ON album.id = coalesce(own.album_id, track.album_id)
"""


def joins_of(account: str) -> str:
    """What COLUMNS need beside `track`; `account` is SQL."""
    return _JOINS.format(account=account)


JOINS = joins_of("%(account_id)s")


# Named tuples where rows come by the hundred: one takes a third of the time of a frozen dataclass to make.
class KnownTrack(NamedTuple):
    """A track; `name` is None where only its URI was ever reported."""

    name: str | None
    uri: str | None
    duration_ms: int | None
    artists: tuple[Artist, ...]
    album_name: str | None
    image_url: str | None


def known_track(
    name: str | None,
    uri: str | None,
    duration_ms: int | None,
    artist_name: str | None,
    album_name: str | None,
    image_url: str | None,
    known_artists: list[tuple[str, str | None]],
) -> KnownTrack:
    """A track from COLUMNS. Names that show nothing, which earlier versions stored, are none."""
    artists = tuple([_artist(*found) for found in known_artists if shown_name(found[0])])
    if not artists and artist_name is not None and shown_name(artist_name):
        artists = (_artist(artist_name),)
    return KnownTrack(shown_name(name), uri, duration_ms, artists, shown_name(album_name), image_url)


@lru_cache(4096)
def _artist(name: str, spotify_id: str | None = None) -> Artist:
    """The same one for the same words: a page names few artists many times."""
    return Artist(name, spotify_id)
