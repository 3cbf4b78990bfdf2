"""Cursors: where the next page begins, opaque and safe in a URL.

A cursor holds the place and a checksum over place and query: one that was altered, or is of another query, is refused
instead of leading to a wrong page. It is no secret: it gives access to nothing that the address without it does not.
"""

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from insights.plays.history import Place
from web.http.errors import bad_parameter

PLACE = struct.Struct(">qqq")  # milliseconds since 1970, place among the plays of that millisecond, id
CHECK = 9  # bytes; with those of the place they need no padding
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def cursor(place: Place, *question: str) -> str:
    packed = PLACE.pack((place.played_at - EPOCH) // MILLISECOND, place.place, place.id)
    check = blake2b(packed + chr(31).join(question).encode(), digest_size=CHECK).digest()
    return base64.urlsafe_b64encode(packed + check).decode()


def place(name: str, value: str | None, *question: str) -> Place | None:
    """The place that a cursor stands for, None without one. Raises Problem for one that is not of this query."""
    if value is None:
        return None
    unpacked = _unpacked(value)
    if unpacked is None or cursor(unpacked, *question) != value:
        raise bad_parameter(name, "takes the value that the page before gave, with the same other parameters")
    return unpacked


def _unpacked(value: str) -> Place | None:
    try:
        data = base64.b64decode(value.encode(), b"-_", validate=True)
        milliseconds, among, play_id = PLACE.unpack(data[: PLACE.size])
        return Place(EPOCH + milliseconds * MILLISECOND, among, play_id)
    except (binascii.Error, struct.error, OverflowError):
        return None
