"""Cursors: where the next page of a history begins, as an opaque word for a URL.

A cursor holds a place, and a check that it belongs to this history and was not altered: a wrong cursor is refused
instead of leading to a wrong page. It is no secret: it shows nothing that the same address without it does not show.
"""

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from insights.answers.parameters import BadParameter
from insights.history.pages import Place

PLACE = struct.Struct(">qqq")  # milliseconds since 1970, place among the plays of that millisecond, id
CHECK = 9  # bytes; with those of the place they need no padding
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
PATTERN = "^[A-Za-z0-9_-]{32}$"


def cursor_at(place: Place, *history: object) -> str:
    """`history` is what the cursor belongs to, such as the username and the period."""
    packed = PLACE.pack((place.played_at - EPOCH) // MILLISECOND, place.place, place.id)
    check = blake2b(packed + chr(31).join(map(str, history)).encode(), digest_size=CHECK).digest()
    return base64.urlsafe_b64encode(packed + check).decode()


def place_of(name: str, cursor: str, *history: object) -> Place:
    """Raises BadParameter for a cursor that does not belong to this history; `name` is the parameter's."""
    place = _unpacked(cursor)
    if place is None or cursor_at(place, *history) != cursor:
        raise BadParameter(name, "must be the value from the previous page, with the other parameters unchanged")
    return place


def _unpacked(cursor: str) -> Place | None:
    try:
        data = base64.b64decode(cursor.encode(), b"-_", validate=True)
        milliseconds, among, play_id = PLACE.unpack(data[: PLACE.size])
        return Place(EPOCH + milliseconds * MILLISECOND, among, play_id)
    except (binascii.Error, struct.error, OverflowError):
        return None
