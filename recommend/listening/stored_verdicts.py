"""What a listener said of tracks, artists and albums, and of what else their library counts as the same."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from db.engine.connection import rows
from db.library.same_items import counted_as_one
from db.lists.feedback import Target, Verdict, verdicts
from music import is_nobody
from recommend.listening.names import album_key, artist_key
from recommend.listening.song_names import song_keys
from recommend.listening.verdicts import UNWANTED, Verdicts

ARTISTS = "SELECT id, name FROM artist WHERE id = ANY(%s)"
ALBUMS = """
    SELECT album.id, album.name, coalesce(artist.name, '') FROM album LEFT JOIN artist ON artist.id = artist_id
    WHERE album.id = ANY(%s)
"""
# An export of our own knows an artist who is second in line, too.
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
Verbs = Mapping[int, str]  # by the number of a track, an artist or an album


def verdicts_at(account_id: int, as_of: datetime) -> Verdicts:
    """A "not now" is over when the list's day begins after it."""
    said = verdicts(account_id, as_of)
    artists, albums = _verbs(account_id, "artist", said), _verbs(account_id, "album", said)
    tracks = {verdict.track_id: verdict.verb for verdict in said if verdict.track_id is not None}
    keys = song_keys(account_id, list(tracks))
    named = [(number, name) for number, name in _in_order(ARTISTS, artists) if not is_nobody(name)]
    return Verdicts(
        {keys[track_id]: verb for track_id, verb in tracks.items()},
        {artist_key(name): artists[number] for number, name in named},
        {album_key(artist, name): albums[number] for number, name, artist in _in_order(ALBUMS, albums)},
        _forbidden(
            account_id,
            [number for number, _ in named if artists[number] in UNWANTED],
            [number for number, verb in albums.items() if verb in {*UNWANTED, "dislike"}],
        ),
    )


def _verbs(account_id: int, target: Target, said: Iterable[Verdict]) -> Verbs:
    """What was said last, of each that the account counts as the same, in the order in which it was said."""
    verbs = [(number, verdict.verb) for verdict in said if (number := _number(verdict, target)) is not None]
    same = counted_as_one(account_id, target, [number for number, _ in verbs])
    found: dict[int, str] = {}
    for number, verb in verbs:
        for each in sorted(same[number]):
            found.pop(each, None)
            found[each] = verb
    return found


def _number(verdict: Verdict, target: Target) -> int | None:
    return {"track": verdict.track_id, "artist": verdict.artist_id, "album": verdict.album_id}[target]


def _in_order(statement: str, verbs: Verbs) -> list[tuple[Any, ...]]:
    """Rows that begin with the number of something, what was said last coming last: names of several may be one."""
    found = {number: columns for number, *columns in rows(statement, list(verbs))} if verbs else {}
    return [(number, *found[number]) for number in verbs if number in found]


def _forbidden(account_id: int, artists: Sequence[int], albums: Sequence[int]) -> frozenset[int]:
    if not artists and not albums:
        return frozenset()
    return frozenset(
        track for (track,) in rows(FORBIDDEN, account_id=account_id, artists=list(artists), albums=list(albums))
    )
