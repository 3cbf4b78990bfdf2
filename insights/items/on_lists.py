"""When a song, or songs of an artist or album, were recommended, and why."""

from dataclasses import dataclass
from datetime import date

from db.engine.records import records
from db.lists.recommendations import ListName
from insights.items.songs import SONG_OF
from insights.plays.tracks import COLUMNS, JOINS, KnownTrack, TrackColumns

# Also tracks that the listener has not played: whatever is new to them is recommended before they play it.
TRACKS = {
    "track": f"""
        SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND song_id = ({SONG_OF})
        UNION SELECT %(id)s::bigint
    """,
    "artist": """
        SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND artist_id = %(id)s
        UNION SELECT track_id FROM track_artist WHERE artist_id = %(id)s AND position = 0
    """,
    "album": """
        SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND album_id = %(id)s
        UNION SELECT track.id FROM track WHERE album_id = %(id)s
    """,
}
# `total` is the number of lists, however many songs of an artist are on each. PostgreSQL has no count(DISTINCT) over a
# window, but a list's places from both ends add up to it, plus one.
ON_LISTS = f"""
    SELECT item.list_name, item.date, item.rank, item.kind, item.reason,
        dense_rank() OVER (ORDER BY item.date, item.list_name)
            + dense_rank() OVER (ORDER BY item.date DESC, item.list_name DESC) - 1 AS total, {COLUMNS}
    FROM recommendation item JOIN track ON track.id = item.track_id {JOINS}
    WHERE item.account_id = %(account_id)s AND item.track_id IN ({{tracks}})
    ORDER BY item.date DESC, item.list_name, item.rank LIMIT %(limit)s
"""


class ListedRecord(TrackColumns, frozen=True):
    list_name: ListName
    date: date
    rank: int
    kind: str
    reason: str
    total: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A song's place on a list of a date."""

    list_name: ListName
    date: date
    rank: int
    kind: str
    reason: str
    track: KnownTrack


@dataclass(frozen=True, slots=True)
class OnLists:
    """The newest places, and on how many lists there are any."""

    total: int
    newest: tuple[Listed, ...]


def on_lists(account_id: int, kind: str, item_id: int, limit: int) -> OnLists:
    """The lists that had a "track", or any song of an "artist" or an "album". One query."""
    values = {"account_id": account_id, "id": item_id, "limit": limit}
    listed = records(ListedRecord, ON_LISTS.format(tracks=TRACKS[kind]), values)
    newest = (
        Listed(each.list_name, each.date, each.rank, each.kind, each.reason, each.known_track()) for each in listed
    )
    return OnLists(listed[0].total if listed else 0, tuple(newest))
