"""Where the next page begins, as an opaque word for a URL.

The place, and a check that it belongs to this question and was not altered: a cursor that is wrong is refused instead
of leading to a wrong page. It is no secret, for it opens nothing that the address without it does not.
"""

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from insights.history import Place
from web.errors import bad_parameter

PLACE = struct.Struct(">qq")  # milliseconds since 1970, id
CHECK = 8
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def cursor(place: Place, *question: str) -> str:
    packed = PLACE.pack((place.played_at - EPOCH) // MILLISECOND, place.id)
    return base64.urlsafe_b64encode(packed + _check(packed, question)).decode()


def place(name: str, value: str | None, *question: str) -> Place | None:
    """The place a cursor stands for, None when there is none. Raises Problem for one that is not of this question."""
    if value is None:
        return None
    packed, check = _unpacked(value)
    if check != _check(packed, question):
        raise bad_parameter(name, "takes the value that the page before gave, with the same other parameters")
    milliseconds, play_id = PLACE.unpack(packed)
    return Place(EPOCH + milliseconds * MILLISECOND, play_id)


def _unpacked(value: str) -> tuple[bytes, bytes]:
    try:
        data = base64.b64decode(value.encode(), b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    return data[: PLACE.size], data[PLACE.size :]


def _check(packed: bytes, question: tuple[str, ...]) -> bytes:
    return blake2b(packed + chr(31).join(question).encode(), digest_size=CHECK).digest()
