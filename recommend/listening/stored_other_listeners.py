"""Read the latest plays of every listener who agreed to share them with others here."""

from array import array
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from sys import intern
from zlib import crc32

import msgspec

from db.engine.connection import rows
from db.engine.records import records
from music import is_nobody, shown_name
from recommend.listening.other_listeners import (
    LATEST,
    MOST_LISTENERS,
    MOST_PLAYS,
    House,
    HousePlay,
    HouseTrack,
)
from recommend.listening.stored_songs import HEARD

AGREED = """
    SELECT account.id FROM account JOIN recommendation_preference ON account_id = account.id
    WHERE house AND disabled_at IS NULL ORDER BY account.id
"""
# Versions of a recording are recognised by their names alone: a listener's own choices do not concern others.
LATELY = f"""
    SELECT extract(epoch FROM played_at)::float8 AS at, track_id FROM counted_play
    WHERE account_id = %s AND played_at < %s AND track_id IS NOT NULL AND {HEARD}
    ORDER BY played_at DESC, place DESC LIMIT %s
"""
# Names from Spotify or another service are public. A name from exports is shown to others only if two listeners who
# agreed have it for the track or, for a track that has only names, if two have any track with these names.
NAMED = """
    WITH own AS MATERIALIZED (
        SELECT account_id, track.id, track.uri, own.title_key, own.artist_key, own.name, own.artist_name
        FROM account_track own JOIN track ON track.id = own.track_id
        WHERE account_id = ANY(%(accounts)s) {of_these}
          AND own.title_key <> '' AND own.artist_key <> ''
    ), of_all AS (
        SELECT title_key, artist_key, count(DISTINCT account_id) AS accounts FROM own GROUP BY 1, 2
    ), of_each AS (
        SELECT id, uri, title_key, artist_key, count(*) AS accounts, min(name COLLATE "C") AS name,
               min(artist_name COLLATE "C") AS artist FROM own GROUP BY 1, 2, 3, 4
    ), agreed AS (
        SELECT DISTINCT ON (id) id, uri, title_key, artist_key, name, artist
        FROM of_each JOIN of_all USING (title_key, artist_key)
        WHERE of_each.accounts > 1 OR uri IS NULL AND of_all.accounts > 1
        ORDER BY id, of_each.accounts DESC, title_key COLLATE "C", artist_key COLLATE "C"
    ), public AS (
        SELECT id, uri, name, artist_name, album_id FROM track
        WHERE {among_these} AND name IS NOT NULL AND artist_name IS NOT NULL
          AND (uri IS NOT NULL OR EXISTS (SELECT FROM track_artist WHERE track_id = track.id))
    )
    SELECT public.id, public.name, artist_name AS artist, album.name AS album,
           coalesce(uri LIKE 'spotify:track:%%', false) AS on_spotify
    FROM public LEFT JOIN album ON album.id = album_id
    UNION ALL SELECT id, name, artist, NULL, coalesce(uri LIKE 'spotify:track:%%', false) FROM agreed
    WHERE id NOT IN (SELECT id FROM public)
"""
TRACKS = NAMED.format(of_these="AND track_id = ANY(%(tracks)s)", among_these="id = ANY(%(tracks)s)")


class _Play(msgspec.Struct, frozen=True):
    at: float
    track_id: int


def house_before(until: datetime, account_ids: Collection[int] | None = None) -> House:
    """The house of plays before `until`, of all listeners who agreed, or of those among `account_ids`.

    Needs an open connection. Takes 16 bytes a play while it reads, one listener after another, and never more than
    MOST_PLAYS of MOST_LISTENERS.
    """
    agreed = [account_id for (account_id,) in rows(AGREED) if account_ids is None or account_id in account_ids]
    agreed = _part_of(agreed, until)
    latest = min(LATEST, MOST_PLAYS // max(len(agreed), 1))
    heard = {account_id: _heard(account_id, until, latest) for account_id in agreed}
    tracks = _tracks(agreed, {track for _, tracks in heard.values() for track in tracks})
    plays = {
        account_id: (play for play in map(HousePlay, *both) if play.track in tracks)
        for account_id, both in heard.items()
    }
    return House.of(plays, tracks, until)


def _part_of(account_ids: Sequence[int], until: datetime) -> list[int]:
    """At most MOST_LISTENERS accounts: the same ones all day, others the next day."""
    chosen = sorted(account_ids, key=lambda account_id: crc32(f"{until:%Y-%m-%d} {account_id}".encode()))
    return sorted(chosen[:MOST_LISTENERS])


def _heard(account_id: int, until: datetime, latest: int) -> tuple[Iterable[float], Sequence[int]]:
    """The times and the tracks of a listener's plays."""
    plays = records(_Play, LATELY, (account_id, until, latest))
    return array("d", (play.at for play in plays)), array("q", (play.track_id for play in plays))


def _tracks(account_ids: Sequence[int], track_ids: Collection[int]) -> dict[int, HouseTrack]:
    """Tracks by id whose names others may see. Those by "Various Artists" cannot be distinguished by their names."""
    tracks = records(HouseTrack, TRACKS, {"accounts": list(account_ids), "tracks": sorted(track_ids)})
    return {track.id: _interned(track) for track in tracks if is_distinct(track)}


def is_distinct(track: HouseTrack) -> bool:
    return bool(shown_name(track.name) and shown_name(track.artist)) and not is_nobody(track.artist)


def _interned(track: HouseTrack) -> HouseTrack:
    """Keep the name of an artist or album in memory only once for all songs."""
    artist, album = intern(track.artist), intern(track.album) if track.album else None
    return HouseTrack(track.id, track.name, artist, album, track.on_spotify)
