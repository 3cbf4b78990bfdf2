"""What tracks, artists and albums have in common when plays are counted by them."""

from dataclasses import dataclass

from db.library.same_recording import OWN_TRACK
from insights.items.songs import NAME, SHOWN, SONG_OF


@dataclass(frozen=True, slots=True)
class Kind:
    """`key` is what plays are counted by, beside `heard (track_id, plays)` and OWN_TRACK; null for what has none.

    `own_key` is that of the one with %(id)s, `name` an aggregate by which equals are ordered. `shown` is an aggregate
    too, beside `joins`: the number that names one. A song is named by its track that was heard most, as in /top-tracks.
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
