"""What the house is made from: the latest plays of every listener who agreed to help others here."""

from array import array
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from sys import intern

from db.engine.connection import rows
from music import is_nobody, shown_name
from recommend.listening.other_listeners import LATEST, House, HousePlay, HouseTrack
from recommend.listening.stored_songs import HEARD

AGREED = """
    SELECT account.id FROM account JOIN recommendation_preference ON account_id = account.id
    WHERE house AND disabled_at IS NULL ORDER BY account.id
"""
# A recording's versions are told by their names alone: who put them together for themselves is nobody else's concern.
LATELY = f"""
    SELECT extract(epoch FROM played_at)::float8, track_id FROM counted_play
    WHERE account_id = %s AND played_at < %s AND track_id IS NOT NULL AND {HEARD}
    ORDER BY played_at DESC, place DESC LIMIT {LATEST}
"""
# A name that Spotify or another service told is everybody's. One that exports told is shown to others where two who
# agreed know the track by it, or, of a track that is nothing but its names, two know any track by them.
TRACKS = """
    WITH own AS MATERIALIZED (
        SELECT account_id, track.id, track.uri, own.title_key, own.artist_key, own.name, own.artist_name
        FROM account_track own JOIN track ON track.id = own.track_id
        WHERE account_id = ANY(%(accounts)s) AND track_id = ANY(%(tracks)s)
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
    ), told AS (
        SELECT id, uri, name, artist_name, album_id FROM track
        WHERE id = ANY(%(tracks)s) AND name IS NOT NULL AND artist_name IS NOT NULL
          AND (uri IS NOT NULL OR EXISTS (SELECT FROM track_artist WHERE track_id = track.id))
    )
    SELECT told.id, told.name, artist_name, album.name, uri LIKE 'spotify:track:%%'
    FROM told LEFT JOIN album ON album.id = album_id
    UNION ALL SELECT id, name, artist, NULL, uri LIKE 'spotify:track:%%' FROM agreed
    WHERE id NOT IN (SELECT id FROM told)
"""


def house_before(until: datetime, account_ids: Collection[int] | None = None) -> House:
    """Of the plays before `until`; of `account_ids` only, where given, as far as they agreed. Needs an open connection.

    Takes 16 bytes a play while it reads: listeners come one by one.
    """
    agreed = [account_id for (account_id,) in rows(AGREED) if account_ids is None or account_id in account_ids]
    heard = {account_id: _heard(account_id, until) for account_id in agreed}
    tracks = _tracks(agreed, {track for _, tracks in heard.values() for track in tracks})
    plays = {
        account_id: (play for play in map(HousePlay, *both) if play.track in tracks)
        for account_id, both in heard.items()
    }
    return House.of(plays, tracks, until)


def _heard(account_id: int, until: datetime) -> tuple[Iterable[float], Sequence[int]]:
    """When, and which tracks."""
    found = rows(LATELY, account_id, until)
    return array("d", (at for at, _ in found)), array("q", (track for _, track in found))


def _tracks(account_ids: Sequence[int], track_ids: Collection[int]) -> dict[int, HouseTrack]:
    """Those whose names others may see, by number; what is nobody's cannot be told from others by its names."""
    named = map(_track, rows(TRACKS, accounts=list(account_ids), tracks=sorted(track_ids)))
    return {track.id: track for track in named if _can_be_told(track)}


def _can_be_told(track: HouseTrack) -> bool:
    return bool(shown_name(track.name) and shown_name(track.artist)) and not is_nobody(track.artist)


def _track(found: tuple[int, str, str, str | None, bool | None]) -> HouseTrack:
    """An artist's name is kept once for all songs, and an album's."""
    track_id, name, artist, album, on_spotify = found
    return HouseTrack(track_id, name, intern(artist), intern(album) if album else None, bool(on_spotify))
