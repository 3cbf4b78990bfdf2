"""What tracks, artists and albums have in common when plays are counted by them."""

from dataclasses import dataclass

from db.same_recording import RECORDING, RECORDING_JOINS


@dataclass(frozen=True, slots=True)
class Kind:
    """`key` is what plays are counted by, beside `heard (track_id, plays)` and `joins`: null for what belongs to none.

    `own_key` is that of the one with %(id)s, `shown` an aggregate: the number that names one. A recording is named by
    its track that was heard most, as in /top-tracks.
    """

    name: str
    key: str
    joins: str
    own_key: str
    shown: str


TRACK = Kind(
    "track",
    RECORDING,
    f"JOIN track ON track.id = heard.track_id {RECORDING_JOINS}",
    f"(SELECT {RECORDING} FROM track {RECORDING_JOINS} WHERE track.id = %(id)s)",
    "-(max(ARRAY[heard.plays, -heard.track_id]))[2]",
)
ARTIST = Kind(
    "artist",
    "first_artist.artist_id",
    """LEFT JOIN track_artist first_artist
        ON first_artist.track_id = heard.track_id AND first_artist.position = 0""",
    "%(id)s::bigint",
    "min(first_artist.artist_id)",
)
ALBUM = Kind(
    "album",
    "track.album_id",
    "JOIN track ON track.id = heard.track_id",
    "%(id)s::bigint",
    "min(track.album_id)",
)
