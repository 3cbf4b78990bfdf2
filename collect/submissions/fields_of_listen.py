"""Take the fields that are used from a listen's JSON: whatever else a player sends is skipped, and costs no memory."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import orjson
from msgspec import Raw, Struct

from collect.exports.rows.row_fields import Malformed

MOST_BYTES = 10_240  # of a listen, as ListenBrainz takes
NOTHING = Raw(b"null")
Fields = TypeVar("Fields", bound=Struct)


class _Listen(Struct, frozen=True):
    listened_at: Raw = NOTHING
    track_metadata: Raw = NOTHING


class _Metadata(Struct, frozen=True):
    track_name: Raw = NOTHING
    artist_name: Raw = NOTHING
    release_name: Raw = NOTHING
    additional_info: Raw = NOTHING


class _Info(Struct, frozen=True):
    spotify_id: Raw = NOTHING
    origin_url: Raw = NOTHING
    duration_ms: Raw = NOTHING
    duration: Raw = NOTHING
    duration_played: Raw = NOTHING
    artist_names: Raw = NOTHING
    isrc: Raw = NOTHING


LISTEN = msgspec.json.Decoder(_Listen)
METADATA = msgspec.json.Decoder(_Metadata)
INFO = msgspec.json.Decoder(_Info)


def fields_of_listen(sent: bytes | memoryview) -> Mapping[str, Any]:
    """The fields of a listen that say what was played. Raises Malformed."""
    if len(sent) > MOST_BYTES:
        raise Malformed(f"longer than {MOST_BYTES:,} bytes")
    listen = _read(LISTEN, sent)
    if listen is None:
        raise Malformed("not a JSON object")
    metadata = _read(METADATA, listen.track_metadata)
    if metadata is None:
        raise Malformed("`track_metadata` is not a JSON object")
    info = _read(INFO, metadata.additional_info)
    named = {**_values(metadata), "additional_info": _values(info) if info else {}}
    return {"listened_at": _value(listen.listened_at), "track_metadata": named}


def _read(decoder: msgspec.json.Decoder[Fields], sent: bytes | memoryview) -> Fields | None:
    """The fields of an object; None if it is not one."""
    try:
        return decoder.decode(sent)
    except (msgspec.DecodeError, RecursionError):
        return None


def _values(fields: Struct) -> dict[str, object]:
    raw = {name: getattr(fields, name) for name in fields.__struct_fields__}
    return {name: _value(sent) for name, sent in raw.items() if sent != NOTHING and name != "additional_info"}


def _value(sent: bytes | memoryview) -> object:
    """The value; None if it cannot be read."""
    try:
        return orjson.loads(memoryview(sent))
    except orjson.JSONDecodeError:
        return None
