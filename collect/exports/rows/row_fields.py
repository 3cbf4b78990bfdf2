"""Validate the fields of a row; error messages never quote values."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import orjson

from music import shown_name

# Network and personal fields: never stored, never logged, and ignored when rows are compared.
PERSONAL = frozenset({
    "ip_addr", "ip_addr_decrypted", "user_agent_decrypted", "username", "city", "region", "metro_code",
    "latitude", "longitude",
})  # fmt: skip
LONGEST_MS = 2**31 - 1
# Two names must fit into one key of a B-tree in PostgreSQL, 2,704 bytes.
LONGEST_TEXT, LONGEST_TEXT_BYTES = 1_000, 1_300
LARGE = 2**31
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
USUAL_TIME = re.compile(r"(?:19[7-9]|[2-9]\d\d)\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
# A time without a zone is UTC, as Spotify's times are by definition; some programs write them so.
ZONELESS = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?UTC)?", re.ASCII)
TRACK_URI = re.compile(r"spotify:(track:[A-Za-z0-9]{22}|local:.*)", re.DOTALL)

Row = Mapping[str, Any]


class Malformed(Exception):
    """A row that cannot be a play; the message says what is wrong, without quoting personal fields."""


class TooLittle(Exception):
    """A row that does not say what was played."""


def digest_and_size(row: Row, ignored: frozenset[str] = PERSONAL) -> tuple[int, int]:
    """A signed 64-bit digest, and an upper limit of the bytes in each text; LARGE if there are escaped characters.

    Both are equal for rows that are equal in every field except `ignored`; null counts as absent. Raises Malformed.
    """
    kept = {name: value for name, value in row.items() if value is not None}
    for name in ignored.intersection(kept):  # separately from nulls, because that is faster
        del kept[name]
    try:
        data = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits: slower, but equivalent
        data = _dump_slowly(kept)
    digest = int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)
    return digest, LARGE if b"\\u" in data else len(data)


def _dump_slowly(row: Row) -> bytes:
    try:
        return json.dumps(row, sort_keys=True).encode()
    except RecursionError:
        raise Malformed("nested too deeply") from None


def text(row: Row, field: str) -> str | None:
    """A text that PostgreSQL can store; None if it is empty. Raises Malformed."""
    value = row.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Malformed(f"`{field}` is not text")
    if len(value) > LONGEST_TEXT or len(value.encode("utf-8", "replace")) > LONGEST_TEXT_BYTES:
        raise Malformed(f"`{field}` is longer than {LONGEST_TEXT} characters or {LONGEST_TEXT_BYTES} bytes")
    return storable(value) or None


def name(row: Row, field: str) -> str | None:
    """A name without surrounding white space; None if nothing of it is visible. Raises Malformed."""
    return shown_name(text(row, field))


def storable(value: str) -> str:
    """PostgreSQL cannot store U+0000, and half a surrogate pair is not a character."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


def flag(row: Row, field: str) -> bool | None:
    """Raises Malformed."""
    value = row.get(field)
    if value is None or value is True or value is False:
        return value
    if value == "":
        return None
    if isinstance(value, int | float) and value in (0, 1):  # as older exports have them, 0.0 and 1.0 included
        return bool(value)
    raise Malformed(f"`{field}` is not true, false or null")


def milliseconds(row: Row, field: str) -> int:
    """Raises Malformed."""
    value = whole(row.get(field))
    if value is None or not 0 <= value <= LONGEST_MS:
        raise Malformed(f"`{field}` is not a number of milliseconds from 0 to {LONGEST_MS}")
    return value


def whole(value: object) -> int | None:
    """A whole number, also for 1000.0; None for anything else."""
    if type(value) is int:
        return value
    return int(value) if type(value) is float and value.is_integer() else None


def instant(row: Row, field: str) -> str:
    """ISO 8601 in UTC, from 1970 to 9999. Raises Malformed."""
    value = row.get(field)
    try:
        if isinstance(value, str):
            if USUAL_TIME.fullmatch(value) and datetime.fromisoformat(value):
                return value
            value = value.strip(" ").upper()
            moment = datetime.fromisoformat(value.removesuffix("UTC").rstrip(" "))
            if moment.tzinfo is None and ZONELESS.fullmatch(value):
                moment = moment.replace(tzinfo=UTC)
            if moment.tzinfo is not None and FIRST <= moment <= LAST:
                return moment.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        pass
    raise Malformed(f"`{field}` is not a time such as 2023-05-01T12:34:56Z, from 1970 to 9999")


def loaded_ms(stamp: object) -> int | None:
    """`offline_timestamp`, when the player loaded the track, in seconds or milliseconds; None if it is unusable."""
    number = whole(stamp)
    if number is None or not 1_000_000_000 <= number < 100_000_000_000_000:
        return None
    return number if number >= 100_000_000_000 else number * 1000


def content_of(row: object) -> str:
    """What is stored of a row that is set aside: its JSON without personal fields, at most 500 characters.

    For anything but an object, its type. Never raises.
    """
    if not isinstance(row, dict):
        return KINDS.get(type(row), "neither object nor value")
    try:
        content = json.dumps(_impersonal(row), ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return "an object nested too deeply"
    return storable(content)[:500]


KINDS = {list: "an array", str: "text", int: "a number", float: "a number", bool: "true or false", type(None): "null"}


def _impersonal(value: object) -> object:
    if isinstance(value, dict):
        return {name: _impersonal(part) for name, part in value.items() if str(name).lower() not in PERSONAL}
    return [_impersonal(part) for part in value] if isinstance(value, list) else value
