"""What is in one playlist, place by place, and what was added to it and removed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from db.engine.records import records
from insights.plays.scope import Scope
from insights.spotify_library.listed import with_listed

IN_IT = """
    listed.uri IN (SELECT uri FROM playlist_item WHERE account_id = %(account_id)s AND playlist_id = %(playlist)s)
"""
ITEMS = f"""
    {with_listed(IN_IT)}
    SELECT item.uri, name, artist_name, album_name, duration_ms, track_id, song_key, plays, ms AS ms_played,
           last_played_at, added_at, added_by, gone_since, playable, restriction, unplayable_since,
           coalesce(gone_since, unplayable_since)
               <= CASE WHEN gone_since IS NULL THEN listed.first_read_at ELSE item.first_read_at END AS since_first
    FROM playlist_item item LEFT JOIN listed USING (uri)
    WHERE item.account_id = %(account_id)s AND playlist_id = %(playlist)s AND removed_at IS NULL
        AND (item.uri IS NULL OR item.uri <> ALL(%(hidden)s::text[]))
    ORDER BY place, item.id
"""
CHANGES = """
    WITH change AS (
        SELECT 'added' AS change, coalesce(added_at, first_read_at) AS at, uri, added_by, id FROM playlist_item
        WHERE account_id = %(account_id)s AND playlist_id = %(playlist)s
        UNION ALL SELECT 'removed', removed_at, uri, NULL, id FROM playlist_item
        WHERE account_id = %(account_id)s AND playlist_id = %(playlist)s AND removed_at IS NOT NULL
    )
    SELECT change, at, change.uri, name, artist_name, album_name, duration_ms, added_by
    FROM change LEFT JOIN listed_song ON listed_song.account_id = %(account_id)s AND listed_song.uri = change.uri
    WHERE change.uri IS NULL OR change.uri <> ALL(%(hidden)s::text[])
    ORDER BY at DESC, change DESC, id DESC LIMIT %(limit)s
"""


class PlacedSong(Struct, frozen=True):
    """A place in a playlist; without `uri`, it is empty and nobody knows what was there.

    `since_first`: it was already unplayable when it was first read, so it may have been for longer.
    """

    uri: str | None
    name: str | None
    artist_name: str | None
    album_name: str | None
    duration_ms: int | None
    track_id: int | None
    song_key: str | None
    plays: int | None
    ms_played: int | None
    last_played_at: datetime | None
    added_at: datetime | None
    added_by: str | None
    gone_since: datetime | None
    playable: bool | None
    restriction: str | None
    unplayable_since: datetime | None
    since_first: bool | None

    @property
    def is_unplayable(self) -> bool:
        return self.gone_since is not None or self.playable is False


class PlaylistChange(Struct, frozen=True):
    """A song that was added or removed; `at` is when its removal was noticed."""

    change: Literal["added", "removed"]
    at: datetime
    uri: str | None
    name: str | None
    artist_name: str | None
    album_name: str | None
    duration_ms: int | None
    added_by: str | None


def placed_songs(scope: Scope, playlist_id: str, hidden: Sequence[str]) -> list[PlacedSong]:
    """The songs in the playlist's order, without what is hidden."""
    return records(PlacedSong, ITEMS, scope.values() | {"playlist": playlist_id, "hidden": list(hidden)})


def playlist_changes(account_id: int, playlist_id: str, limit: int, hidden: Sequence[str]) -> Sequence[PlaylistChange]:
    """The newest first, without what is hidden."""
    values = {"account_id": account_id, "playlist": playlist_id, "limit": limit, "hidden": list(hidden)}
    return records(PlaylistChange, CHANGES, values)
