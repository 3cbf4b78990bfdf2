"""Split a submission into its listens, which stay bytes until each is read: 10 MB of JSON take 10 MB of memory."""

import re
from collections.abc import Sequence
from typing import TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct

# The escape of half of a character: players that cut a text send it. An escaped backslash may come before it.
HALF = re.compile(
    rb"\\u(?:(?<!\\\\u)|(?<=[^\\]\\\\\\u))[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F][0-9a-fA-F]{2})"
)
NO_CHARACTER = rb"\\ufffd"
MOST_LISTENS = 1000  # as ListenBrainz takes
MOST_HALVES = 10_000  # more would take long to replace, and do not occur by accident
Read = TypeVar("Read")


class NotJson(Exception):
    """What was sent cannot be read."""


class Submission(Struct, frozen=True):
    """What was sent, before its listens are looked at; None is what is missing or of another type.

    Of more than MOST_LISTENS listens, the payload has one more than that.
    """

    listen_type: str | None = None
    payload: Sequence[Raw] | None = None


# An array of which only the first items are kept: what follows is skipped, and costs no memory.
_First = msgspec.defstruct("_First", [(f"at{n}", Raw, UNSET) for n in range(MOST_LISTENS + 1)], array_like=True)


class _Sent(Struct, frozen=True):
    listen_type: Raw = Raw(b"null")
    payload: Raw = Raw(b"null")


SENT = msgspec.json.Decoder(_Sent)
TEXT = msgspec.json.Decoder(str)
LISTENS = msgspec.json.Decoder(_First)


def read_submission(body: bytes) -> Submission:
    """Raises NotJson."""
    try:
        return _read(body)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return _read(HALF.sub(NO_CHARACTER, body, MOST_HALVES))
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotJson from error


def _read(body: bytes) -> Submission:
    sent = _typed(SENT, body)
    if sent is None:
        return Submission()
    listens = _typed(LISTENS, sent.payload)
    payload = None if listens is None else [each for each in msgspec.structs.astuple(listens) if each is not UNSET]
    return Submission(_typed(TEXT, sent.listen_type), payload)


def _typed(decoder: msgspec.json.Decoder[Read], sent: bytes | Raw) -> Read | None:
    try:
        return decoder.decode(sent)
    except msgspec.ValidationError:
        return None
