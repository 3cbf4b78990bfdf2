"""Understand one row of Spotify's streaming history, of either kind and any generation.

Extended rows (`endsong_*.json` to 2022, `Streaming_History_Audio|Video_*.json` since) have `ts`, 19 to 23 fields and
URIs; account-data rows have `endTime` to the minute and names only. Both times are UTC and say when the play ENDED
(Spotify: understanding-my-data).
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import orjson

from db.staging import StagedRow

# Network and personal fields: never stored, never logged, and no reason to take two rows for two plays.
PERSONAL = {
    "ip_addr", "ip_addr_decrypted", "user_agent_decrypted", "username", "city", "region", "metro_code",
    "latitude", "longitude",
}  # fmt: skip
LONGEST = 2**31 - 1
TRACK_URI = re.compile(r"spotify:(track:[A-Za-z0-9]{22}|local:.*)", re.DOTALL)


class Malformed(Exception):
    """A row that cannot be a play; the sentence says what is wrong with it, without quoting personal fields."""


class TooLittle(Exception):
    """A row that does not say what was played."""


Row = Mapping[str, Any]


def read_row(row: object) -> StagedRow:
    """The row as it is staged. Raises Malformed or TooLittle."""
    if not isinstance(row, dict):
        raise Malformed("not a JSON object")
    kept, digest = _kept(row)
    if "ts" in kept:
        return _extended(kept, digest)
    if "endTime" in kept:
        return _account(kept, digest)
    raise Malformed("neither `ts` nor `endTime`, so not a row of streaming history")


def _extended(row: Row, digest: int) -> StagedRow:
    kind, uri, name, by, album = _extended_item(row)
    return StagedRow(
        source="extended",
        digest=digest,
        played_at=_instant(row),
        loaded_ms=_loaded(row.get("offline_timestamp")),
        ms_played=_milliseconds(row, "ms_played"),
        kind=kind,
        uri=uri,
        name=name,
        artist_or_show=by,
        album=album,
        reason_start=_text(row, "reason_start"),
        reason_end=_text(row, "reason_end"),
        shuffle=_flag(row, "shuffle"),
        skipped=_flag(row, "skipped"),
        offline=_flag(row, "offline"),
        incognito=_flag(row, "incognito_mode"),
        platform=_text(row, "platform"),
        country=_text(row, "conn_country"),
    )


def _extended_item(row: Row) -> tuple[str, str | None, str | None, str | None, str | None]:
    """(kind, URI, name, artist or show, album) of what was played: music, an audiobook's chapter or an episode."""
    uri = _text(row, "spotify_track_uri")
    name, artist = _text(row, "master_metadata_track_name"), _text(row, "master_metadata_album_artist_name")
    if uri or (name and artist):
        if uri and not TRACK_URI.fullmatch(uri):
            raise Malformed("`spotify_track_uri` is not spotify:track:… or spotify:local:…")
        return "track", uri, name, artist, _text(row, "master_metadata_album_album_name")
    for kind, *fields in (
        ("chapter", "audiobook_chapter_uri", "audiobook_chapter_title", "audiobook_title"),
        ("episode", "spotify_episode_uri", "episode_name", "episode_show_name"),
    ):
        uri, name, show = (_text(row, field) for field in fields)
        if uri or (name and show):
            return kind, uri, name, show, None
    raise TooLittle("neither a URI nor names")


def _account(row: Row, digest: int) -> StagedRow:
    for kind, by, name in (
        ("track", "artistName", "trackName"),
        ("episode", "podcastName", "episodeName"),
        ("chapter", "audiobookName", "chapterName"),
    ):
        if _text(row, by) and _text(row, name):
            return StagedRow(
                source="account",
                digest=digest,
                played_at=_minute(row),
                ms_played=_milliseconds(row, "msPlayed"),
                kind=kind,
                name=_text(row, name),
                artist_or_show=_text(row, by),
            )
    _minute(row)
    raise TooLittle("no names")


def _kept(row: Row) -> tuple[Row, int]:
    """What is looked at of a row, without null fields, and its digest.

    The digest is equal for rows that are equal in every field but the personal ones; null equals absent.
    """
    kept = {name: value for name, value in row.items() if value is not None and name not in PERSONAL}
    try:
        data = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits: slower, and as good
        data = json.dumps(kept, sort_keys=True).encode()
    if b"\\u" in data:  # perhaps something that is no character
        kept = {name: _storable(value) if isinstance(value, str) else value for name, value in kept.items()}
    return kept, int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)


def _storable(text: str) -> str:
    """PostgreSQL keeps no U+0000, and half a surrogate pair is no character."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _instant(row: Row) -> str:
    """As it is written, for PostgreSQL to read: twice as fast as taking it apart and putting it together again."""
    value = row["ts"]
    try:
        if isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None:
            return value
    except ValueError:
        pass
    raise Malformed("`ts` is not a time such as 2023-05-01T12:34:56Z")


def _minute(row: Row) -> str:
    try:
        return f"{datetime.strptime(row['endTime'], '%Y-%m-%d %H:%M').replace(tzinfo=UTC)}"
    except (TypeError, ValueError) as error:
        raise Malformed("`endTime` is not a time such as 2023-05-01 12:34") from error


def _milliseconds(row: Row, field: str) -> int:
    value = row.get(field)
    if type(value) is not int or not 0 <= value <= LONGEST:
        raise Malformed(f"`{field}` is not a number of milliseconds from 0 to {LONGEST}")
    return value


def _text(row: Row, field: str) -> str | None:
    value = row.get(field)
    if value is None or isinstance(value, str):
        return value or None
    raise Malformed(f"`{field}` is not text")


def _flag(row: Row, field: str) -> bool | None:
    value = row.get(field)
    if value is None or value is True or value is False:
        return value
    if value == "":
        return None
    if value in (0, 1):  # as older exports have them, 0.0 and 1.0 included
        return bool(value)
    raise Malformed(f"`{field}` is not true, false or null")


def _loaded(stamp: object) -> int | None:
    """`offline_timestamp`, which is when the player loaded the track: seconds or milliseconds, or nothing usable."""
    if type(stamp) is not int or not 1e9 <= stamp < 1e14:
        return None
    return stamp if stamp >= 1e11 else stamp * 1000
