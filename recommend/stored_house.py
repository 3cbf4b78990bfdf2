"""What the house is made from: the latest plays of every listener who agreed to help others here."""

from array import array
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from sys import intern

from db.connection import rows
from music import shown_name
from recommend.house import LATEST, House, HousePlay, HouseTrack
from recommend.stored_songs import HEARD

AGREED = """
    SELECT account.id FROM account JOIN recommendation_preference ON account_id = account.id
    WHERE house AND disabled_at IS NULL ORDER BY account.id
"""
# A recording's versions are told by their names alone: who put them together for themselves is nobody else's concern.
LATELY = f"""
    SELECT extract(epoch FROM played_at)::float8, track_id FROM counted_play
    WHERE account_id = %s AND played_at < %s AND track_id IS NOT NULL AND {HEARD}
    ORDER BY played_at DESC, id DESC LIMIT {LATEST}
"""
TRACKS = """
    SELECT track.id, track.uri, track.name, track.artist_name, album.name
    FROM track LEFT JOIN album ON album.id = track.album_id WHERE track.id = ANY(%s)
"""


def house_before(until: datetime, account_ids: Collection[int] | None = None) -> House:
    """Of the plays before `until`; of `account_ids` only, where given, as far as they agreed. Needs an open connection.

    Takes 16 bytes a play while it reads: listeners come one by one.
    """
    agreed = [account_id for (account_id,) in rows(AGREED) if account_ids is None or account_id in account_ids]
    heard = {account_id: _heard(account_id, until) for account_id in agreed}
    ids = sorted({track for _, tracks in heard.values() for track in tracks})
    tracks = {track.id: track for track in map(_track, rows(TRACKS, ids)) if track is not None}
    return House.of({account_id: map(HousePlay, *both) for account_id, both in heard.items()}, tracks, until)


def _heard(account_id: int, until: datetime) -> tuple[Iterable[float], Sequence[int]]:
    """When, and which tracks."""
    found = rows(LATELY, account_id, until)
    return array("d", (at for at, _ in found)), array("q", (track for _, track in found))


def _track(found: tuple[int, str | None, str | None, str | None, str | None]) -> HouseTrack | None:
    """None for one that has neither names nor a URI. An artist's name is kept once for all songs, and an album's."""
    track_id, uri, *names = found
    title, artist, album = map(shown_name, names)
    title, artist = title or uri, artist or uri
    return HouseTrack(track_id, title, intern(artist), intern(album) if album else None) if title and artist else None
