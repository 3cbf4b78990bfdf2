"""Read multipart/form-data (RFC 7578) piece by piece, so that files of any size need a few kilobytes of memory.

python-multipart is the usual library; it is not among our packages, and forms with files need only this much.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_HEAD, MOST_FIELD = 8 * 1024, 64 * 1024  # bytes
BOUNDARY = re.compile(r'multipart/form-data;.*?\bboundary=(?:"([^"]{1,70})"|([^\s;",]{1,70}))', re.IGNORECASE)
DISPOSITION = re.compile(rb"content-disposition:\s*form-data\s*;([^\r\n]*)", re.IGNORECASE)
PARAMETER = re.compile(rb'(?:^|;)\s*(name|filename)="([^"]*)"', re.IGNORECASE)
ESCAPED = {"%22": '"', "%0D": "\r", "%0A": "\n"}  # as browsers send them in names
END_OF_HEAD = b"\r\n\r\n"


class NotAForm(Exception):
    """The body is not what its Content-Type says; the sentence says what is wrong."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class File:
    """A file begins; its bytes follow."""

    field: str
    name: str


Part = Field | File | bytes


def boundary_of(content_type: str) -> bytes | None:
    """The boundary between the parts; None if this is no such form."""
    match = BOUNDARY.match(content_type)
    return (match[1] or match[2]).encode("latin-1", "replace") if match else None


class MultipartReader:
    """Call `feed` with each piece of the body, and `end` after the last one."""

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._left = bytearray(b"\r\n")  # the first delimiter has no line before it
        self._step = self._preamble
        self._field: tuple[str, bytearray] | None = None  # the one that is being read; None while it is a file
        self._has_ended = False

    def feed(self, piece: bytes) -> Iterator[Part]:
        """What has become complete. Raises NotAForm."""
        self._left += piece
        while (parts := self._step()) is not None:
            yield from parts

    def end(self) -> None:
        """Raises NotAForm if something is missing."""
        if not self._has_ended:
            raise NotAForm("The upload ended before it was complete.")

    def _preamble(self) -> list[Part] | None:
        """Skips everything before the first delimiter."""
        place = self._left.find(self._delimiter)
        if place < 0:
            del self._left[: -len(self._delimiter)]
            return None
        del self._left[: place + len(self._delimiter)]
        self._step = self._after_delimiter
        return []

    def _after_delimiter(self) -> list[Part] | None:
        if len(self._left) < 2:
            return None
        if self._left.startswith(b"--"):
            self._has_ended, self._step = True, self._nothing
            return []
        if not self._left.startswith(b"\r\n"):
            raise NotAForm("The upload is damaged between two of its parts.")
        self._step = self._head  # which begins with the line break, so that a head without lines ends, too
        return []

    def _head(self) -> list[Part] | None:
        end = self._left.find(END_OF_HEAD)
        if end > MOST_HEAD or (end < 0 and len(self._left) > MOST_HEAD):
            raise NotAForm("The upload has a part whose headers are too long.")
        if end < 0:
            return None
        head = bytes(self._left[:end])
        del self._left[: end + len(END_OF_HEAD)]
        self._step = self._content
        return self._begun(head)

    def _begun(self, head: bytes) -> list[Part]:
        disposition = DISPOSITION.search(head)
        names = dict(PARAMETER.findall(disposition[1])) if disposition else {}
        if b"name" not in names:
            raise NotAForm("The upload has a part without a name.")
        name = _text(names[b"name"])
        self._field = None if b"filename" in names else (name, bytearray())
        return [] if self._field else [File(name, _text(names[b"filename"]))]

    def _content(self) -> list[Part] | None:
        place = self._left.find(self._delimiter)
        whole = place if place >= 0 else max(len(self._left) - len(self._delimiter) + 1, 0)
        content = bytes(self._left[:whole])
        del self._left[:whole]
        if place < 0:
            return self._taken(content) if content else None
        del self._left[: len(self._delimiter)]
        self._step = self._after_delimiter
        return [*self._taken(content), *self._complete_field()]

    def _taken(self, content: bytes) -> list[Part]:
        if self._field is None:
            return [content] if content else []
        self._field[1].extend(content)
        if len(self._field[1]) > MOST_FIELD:
            raise NotAForm("The upload has a field that is too long.")
        return []

    def _complete_field(self) -> list[Part]:
        return [Field(self._field[0], self._field[1].decode("utf-8", "replace"))] if self._field else []

    def _nothing(self) -> None:
        """Skips everything after the last delimiter."""
        self._left.clear()


def _text(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    for escaped, letter in ESCAPED.items():
        text = text.replace(escaped, letter)
    return text
