"""Parse one listen as ListenBrainz' clients submit it.

A listen is refused only for what makes it no play. Odd further fields do not lose it: they are left out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from collect.exports.rows.future_rows import refuse_future
from collect.exports.rows.listenbrainz_rows import read_listen
from collect.exports.rows.row_fields import LONGEST_MS, LONGEST_TEXT, Malformed, TooLittle, name, whole
from collect.submissions.music_of_listen import music_of
from db.submissions.plays import SubmittedListen

MOST_BYTES = 10_240  # of a listen, as ListenBrainz takes
EARLIEST = 1_033_430_400  # 2002-10-01, as at ListenBrainz: players without a clock submit 1970
TOO_EARLY = "`listened_at` is before October 2002: the player's clock was not set"
LINKS = ("spotify_id", "origin_url")
LENGTHS = ("duration_ms", "duration", "duration_played")
NO_TIME = "a track that is playing now has no `listened_at` yet"


def read_submitted(value: object, latest: datetime) -> SubmittedListen:
    """A listen; a play that ended after `latest` is refused. Raises Malformed and TooLittle."""
    listen = _listen(value)
    if (whole(listen.get("listened_at")) or EARLIEST) < EARLIEST:
        raise Malformed(TOO_EARLY)
    submitted = _submitted(listen)
    refuse_future(submitted.row, latest)
    return submitted


def read_announced(value: object) -> SubmittedListen:
    """The track that is playing now. Raises Malformed and TooLittle."""
    listen = _listen(value)
    if listen.get("listened_at") is not None:
        raise Malformed(NO_TIME)
    return _submitted({**listen, "listened_at": EARLIEST})


def _listen(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    if _bytes_of(value) > MOST_BYTES:
        raise Malformed(f"longer than {MOST_BYTES:,} bytes")
    return value


def _bytes_of(listen: dict[str, Any]) -> int:
    """Raises Malformed."""
    try:
        return len(orjson.dumps(listen))
    except TypeError:  # orjson reads deeper objects than it writes
        raise Malformed("nested too deeply") from None


def _submitted(listen: Mapping[str, Any]) -> SubmittedListen:
    metadata = listen.get("track_metadata")
    if not isinstance(metadata, dict):
        raise Malformed("`track_metadata` is not a JSON object")
    title, artist = name(metadata, "track_name"), name(metadata, "artist_name")
    if not (title and artist):
        raise TooLittle("no `track_name` or no `artist_name`")
    more = metadata.get("additional_info")
    info = more if isinstance(more, dict) else {}
    usable = {**metadata, "additional_info": _usable(info)}
    row = read_listen({"listened_at": listen.get("listened_at"), "track_metadata": usable})
    return SubmittedListen(row, music_of(row, info))


def _usable(info: Mapping[str, Any]) -> dict[str, Any]:
    links = {field: info[field] for field in LINKS if isinstance(info.get(field), str)}
    short = {field: text for field, text in links.items() if len(text) < LONGEST_TEXT}
    return {**short, **{field: length for field in LENGTHS if (length := _length(info.get(field), field)) is not None}}


def _length(value: object, field: str) -> float | None:
    """A length that can be one; None for 0, which players send if they do not know it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    is_ms = field == "duration_ms"
    if not 0 < value <= (LONGEST_MS if is_ms else LONGEST_MS / 1000):
        return None
    return round(value) if is_ms else value
