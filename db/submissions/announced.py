"""The track that a player says it is playing now, one for each account; none while collecting is paused."""

from datetime import datetime

import msgspec

from db.engine.connection import database
from db.engine.records import record

NOT_PAUSED = (
    "NOT EXISTS (SELECT FROM collecting_pause WHERE account_id = %(account)s AND collecting_pause.until IS NULL)"
)
ANNOUNCE = f"""
    INSERT INTO announced_track (account_id, source, name, artist_name, album_name, uri, duration_ms, announced_at,
                                 until)
    SELECT id, %(source)s, %(name)s, %(artist_name)s, %(album_name)s, %(uri)s, %(duration_ms)s, %(announced_at)s,
           %(until)s
    FROM account WHERE id = %(account)s AND {NOT_PAUSED}
    ON CONFLICT (account_id) DO UPDATE SET source = excluded.source, name = excluded.name,
        artist_name = excluded.artist_name, album_name = excluded.album_name, uri = excluded.uri,
        duration_ms = excluded.duration_ms, announced_at = excluded.announced_at, until = excluded.until
"""
ANNOUNCED = f"""
    SELECT source, name, artist_name, album_name, uri, duration_ms, announced_at, until FROM announced_track
    WHERE account_id = %(account)s AND until > %(now)s AND {NOT_PAUSED}
"""


class AnnouncedTrack(msgspec.Struct, frozen=True):
    """`until` is when the track ends, as far as its length is known."""

    source: str
    name: str
    artist_name: str
    album_name: str | None
    uri: str | None
    duration_ms: int | None
    announced_at: datetime
    until: datetime


def announce_track(account_id: int, track: AnnouncedTrack) -> None:
    """Replace what the account's players announced before, unless the listener has paused collecting."""
    database.execute_sql(ANNOUNCE, {"account": account_id, **msgspec.structs.asdict(track)})


def announced_track(account_id: int, now: datetime) -> AnnouncedTrack | None:
    """What is playing now; None if nothing is."""
    return record(AnnouncedTrack, ANNOUNCED, {"account": account_id, "now": now})
