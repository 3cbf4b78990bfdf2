"""Parse one listen as ListenBrainz' clients submit it.

A listen is refused only if it cannot be a play. Odd values in other fields are left out.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from collect.exports.rows.future_rows import refuse_future
from collect.exports.rows.listenbrainz_rows import read_listen
from collect.exports.rows.row_fields import LONGEST_TEXT, Malformed, TooLittle, name, text, whole
from collect.submissions.fields_of_listen import fields_of_listen
from collect.submissions.music_of_listen import music_of
from db.submissions.plays import SubmittedListen

EARLIEST = 1_033_430_400  # 2002-10-01, as at ListenBrainz: players without a clock submit 1970
TOO_EARLY = "`listened_at` is before October 2002: the player's clock was not set"
LINKS = ("spotify_id", "origin_url")
LENGTHS = ("duration_ms", "duration", "duration_played")
# In milliseconds. Above a day, the player has sent another unit; and db/submissions/plays.py looks no further.
LONGEST_PLAY = 86_400_000
NO_TIME = "a track that is playing now has no `listened_at` yet"


def read_submitted(sent: bytes | memoryview, latest: datetime) -> SubmittedListen:
    """A listen in JSON; a play that began after `latest` is refused. Raises Malformed and TooLittle."""
    listen = fields_of_listen(sent)
    began = whole(listen["listened_at"])
    if began is not None and began < EARLIEST:
        raise Malformed(TOO_EARLY)
    submitted = _submitted(listen)
    with suppress(Malformed):
        refuse_future(submitted.row, latest)
        return submitted
    submitted = _submitted(listen, is_timed=False)  # its length is wrong, unless it began in the future
    refuse_future(submitted.row, latest)
    return submitted


def read_announced(sent: bytes | memoryview) -> SubmittedListen:
    """The track that is playing now. Raises Malformed and TooLittle."""
    listen = fields_of_listen(sent)
    if listen["listened_at"] is not None:
        raise Malformed(NO_TIME)
    return _submitted({**listen, "listened_at": EARLIEST})


def _submitted(listen: Mapping[str, Any], *, is_timed: bool = True) -> SubmittedListen:
    metadata = listen["track_metadata"]
    names = {"track_name": name(metadata, "track_name"), "artist_name": name(metadata, "artist_name")}
    if not all(names.values()):
        raise TooLittle("no `track_name` or no `artist_name`")
    info = _usable(metadata["additional_info"], is_timed=is_timed)
    usable = {**names, "release_name": _album(metadata), "additional_info": info}
    row = read_listen({"listened_at": listen["listened_at"], "track_metadata": usable})
    return SubmittedListen(row, music_of(row, info))


def _album(metadata: Mapping[str, Any]) -> str | None:
    with suppress(Malformed):
        return name(metadata, "release_name")
    return None


def _usable(info: Mapping[str, Any], *, is_timed: bool) -> dict[str, Any]:
    more = {field: info[field] for field in ("artist_names", "isrc") if field in info}
    links = {field: info[field] for field in LINKS if _is_link(info, field)}
    lengths = {field: _length(info.get(field), field) for field in LENGTHS if is_timed}
    return {**more, **links, **{field: length for field, length in lengths.items() if length is not None}}


def _is_link(info: Mapping[str, Any], field: str) -> bool:
    try:
        link = text(info, field)
    except Malformed:
        return False
    return link is not None and len(link) < LONGEST_TEXT


def _length(value: object, field: str) -> float | None:
    """A length that can be one; None for 0, which players send if they do not know it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    is_ms = field == "duration_ms"
    if not 0 < value <= (LONGEST_PLAY if is_ms else LONGEST_PLAY / 1000):
        return None
    return round(value) if is_ms else value
