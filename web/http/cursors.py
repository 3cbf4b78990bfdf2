"""Where the next page begins, as an opaque word for a URL.

The place, and a check that it belongs to this question and was not altered: a cursor that is wrong is refused instead
of leading to a wrong page. It is no secret, for it opens nothing that the address without it does not.
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
    """The place a cursor stands for, None when there is none. Raises Problem for one that is not of this question."""
    if value is None:
        return None
    found = _unpacked(value)
    if found is None or cursor(found, *question) != value:
        raise bad_parameter(name, "takes the value that the page before gave, with the same other parameters")
    return found


def _unpacked(value: str) -> Place | None:
    try:
        data = base64.b64decode(value.encode(), b"-_", validate=True)
        milliseconds, among, play_id = PLACE.unpack(data[: PLACE.size])
        return Place(EPOCH + milliseconds * MILLISECOND, among, play_id)
    except (binascii.Error, struct.error, OverflowError):
        return None
