"""Read a listener's verdicts, extended to everything that their library counts as the same."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from db.engine.connection import rows
from db.engine.records import records
from db.library.same_items import counted_as_one
from db.lists.feedback import Target, Verdict, verdicts
from music import is_nobody
from recommend.listening.names import album_key, artist_key
from recommend.listening.song_names import song_keys
from recommend.listening.verdicts import UNWANTED, Verdicts

ARTISTS = "SELECT id, name FROM artist WHERE id = ANY(%s)"
ALBUMS = """
    SELECT album.id, album.name, coalesce(artist.name, '') AS artist
    FROM album LEFT JOIN artist ON artist.id = artist_id WHERE album.id = ANY(%s)
"""
# Our own export also has the second artist of a track.
FORBIDDEN = """
    WITH unwanted AS MATERIALIZED (SELECT id, name, spotify_id FROM artist WHERE id = ANY(%(artists)s::bigint[]))
    SELECT track_id FROM track_artist JOIN unwanted ON unwanted.id = artist_id
    UNION SELECT track_id FROM account_track JOIN unwanted ON unwanted.id IN (artist_id, credit_id)
    WHERE account_id = %(account_id)s
    UNION SELECT track_id FROM account_track
    CROSS JOIN LATERAL jsonb_to_recordset(facts -> 'artists') AS credit (name text, spotify_id text)
    JOIN unwanted ON unwanted.spotify_id = credit.spotify_id OR unwanted.name = credit.name
    WHERE account_id = %(account_id)s AND facts IS NOT NULL
    UNION SELECT id FROM track WHERE album_id = ANY(%(albums)s::bigint[])
    UNION SELECT track_id FROM account_track
    WHERE account_id = %(account_id)s
      AND (album_id = ANY(%(albums)s::bigint[]) OR told_album_id = ANY(%(albums)s::bigint[]))
"""
Verbs = Mapping[int, str]  # by the id of a track, an artist or an album


class _Artist(msgspec.Struct, frozen=True):
    id: int
    name: str


class _Album(msgspec.Struct, frozen=True):
    id: int
    name: str
    artist: str


Item = TypeVar("Item", _Artist, _Album)


def verdicts_at(account_id: int, as_of: datetime) -> Verdicts:
    """The verdicts for a list; a "not now" no longer counts if it ends before the list's day begins."""
    current = verdicts(account_id, as_of)
    artist_verbs, album_verbs = _verbs(account_id, "artist", current), _verbs(account_id, "album", current)
    tracks = {verdict.track_id: verdict.verb for verdict in current if verdict.track_id is not None}
    keys = song_keys(account_id, list(tracks))
    artists = [artist for artist in _in_order(_Artist, ARTISTS, artist_verbs) if not is_nobody(artist.name)]
    albums = _in_order(_Album, ALBUMS, album_verbs)
    return Verdicts(
        {keys[track_id]: verb for track_id, verb in tracks.items()},
        {artist_key(artist.name): artist_verbs[artist.id] for artist in artists},
        {album_key(album.artist, album.name): album_verbs[album.id] for album in albums},
        _forbidden(
            account_id,
            [artist.id for artist in artists if artist_verbs[artist.id] in UNWANTED],
            [album_id for album_id, verb in album_verbs.items() if verb in {*UNWANTED, "dislike"}],
        ),
    )


def _verbs(account_id: int, target: Target, current: Iterable[Verdict]) -> Verbs:
    """The latest verdict on each item and everything counted as the same, the oldest verdict first."""
    verbs = [(item_id, verdict.verb) for verdict in current if (item_id := _item_id(verdict, target)) is not None]
    same = counted_as_one(account_id, target, [item_id for item_id, _ in verbs])
    latest: dict[int, str] = {}
    for item_id, verb in verbs:
        for same_id in sorted(same[item_id]):
            latest.pop(same_id, None)
            latest[same_id] = verb
    return latest


def _item_id(verdict: Verdict, target: Target) -> int | None:
    return {"track": verdict.track_id, "artist": verdict.artist_id, "album": verdict.album_id}[target]


def _in_order(kind: type[Item], statement: str, verbs: Verbs) -> list[Item]:
    """The items of verdicts, the latest last: several items may share a name."""
    items = {item.id: item for item in records(kind, statement, (list(verbs),))} if verbs else {}
    return [items[item_id] for item_id in verbs if item_id in items]


def _forbidden(account_id: int, artists: Sequence[int], albums: Sequence[int]) -> frozenset[int]:
    if not artists and not albums:
        return frozenset()
    return frozenset(
        track for (track,) in rows(FORBIDDEN, account_id=account_id, artists=list(artists), albums=list(albums))
    )
