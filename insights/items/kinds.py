"""The kinds of items by which plays are counted: tracks, artists and albums."""

from dataclasses import dataclass

from db.library.same_recording import OWN_TRACK
from insights.items.songs import NAME, SHOWN, SONG_OF


@dataclass(frozen=True, slots=True)
class Kind:
    """SQL for counting plays by this kind of item.

    `key` groups plays, next to `heard (track_id, plays)` and OWN_TRACK; it is null for plays without an item. `own_key`
    is the key of the item with %(id)s. `name` is an aggregate that orders ties. `shown` is an aggregate next to
    `joins`: the id of the item to show. A song is shown as its most played track, as in /top-tracks.
    """

    kind: str
    key: str
    own_key: str
    name: str
    shown: str
    joins: str = OWN_TRACK


TRACK = Kind(
    "track",
    "own.song_id",
    f"({SONG_OF})",
    NAME,
    SHOWN,
    f"{OWN_TRACK} JOIN track ON track.id = heard.track_id",
)
ARTIST = Kind(
    "artist",
    "own.artist_id",
    "%(id)s::bigint",
    """min(own.artist_key COLLATE "C")""",
    "min(own.artist_id)",
)
ALBUM = Kind(
    "album",
    "own.album_id",
    "%(id)s::bigint",
    """min(own.album_key COLLATE "C")""",
    "min(own.album_id)",
)
