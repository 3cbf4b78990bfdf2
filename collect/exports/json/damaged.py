"""Recover the readable rows of a damaged JSON array, and nothing else.

A row is never searched for inside another, readable or not. To find where rows begin and end, text is decoded as
Latin-1, which makes positions byte positions in the file; JSON's own characters are the same in UTF-8. The time is
linear in the file's size whatever its content, because nothing is searched twice in vain.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from collect.exports.json.outline import (
    LONGEST_ROW,
    OUTLINE,
    SPACE,
    STRING,
    TOKEN,
    Damaged,
    Unreadable,
    change,
    end_of_value,
    parsed,
)

# Bytes that are invalid in UTF-8 become NUL, which is invalid in JSON, so damage cannot hide in a string.
NO_UTF8 = bytes(0 if byte in (0xC0, 0xC1) or byte >= 0xF5 else byte for byte in range(256))
LEAST_KEYS = 4  # of a row: as many as account data has
LOOKS_INSIDE = 20  # objects without an end in a stretch; each costs as much time as the longest row
# So many bytes of neighbouring objects are surely rows: no row contains such a long list.
SURELY_ROWS = LONGEST_ROW // 2
REST_OF_STRING = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
BETWEEN = re.compile(r"[ \t\r\n,]*+")
OBJECT = re.compile(rf'\{{{SPACE}"((?:[^"\\]|\\.){{0,200}})"{SPACE}:', re.DOTALL)
NEXT_OBJECT = re.compile(rf"[ \t\r\n,]*+(?=\{{{SPACE}[\"}}])")
# What follows an object that is part of another value; BROKEN_OFF shows that even where a row was expected.
INSIDE = re.compile(rf"{SPACE}(?:[:}}]|\]{SPACE}[,}}\]]|,{SPACE}{STRING}{SPACE}:)", re.DOTALL)
ENDED = re.compile(rf"{SPACE}\]{SPACE}\Z")
BROKEN_OFF = re.compile(rf"{SPACE}(?::|,{SPACE}{STRING}{SPACE}:)", re.DOTALL)


class CarefulReader:
    """Reads an array piece by piece, and remembers what a piece left unfinished.

    `position` is where the first piece begins in the file; `begun` says whether the array's `[` came before it;
    `wrapped`, whether the array is part of an object, the rest of which follows.
    """

    def __init__(self, position: int, *, begun: bool, wrapped: bool = False) -> None:
        self._position, self._begun, self._closed = position, begun, False
        self._wrapped = wrapped
        self._values: list[object] = []
        self._damaged: Damaged | None = None  # the stretch that is being skipped
        self._depth, self._looked_at = 0, 0  # of that stretch
        self._looks_inside = LOOKS_INSIDE
        self._first_key = ""  # of the row that it begins with, until a row has been read
        self._long = self._in_string = False  # whether the stretch is a row that is too long but may otherwise be valid
        self._rows_until = 0  # objects that begin before this position are rows
        self._keys: Set[str] = frozenset()  # of the last row that could be read
        if not begun:
            self._damaged = Damaged("the file does not begin with `[`, so it is not a JSON array of rows", 0)

    @property
    def is_lost(self) -> bool:
        """Whether the next row has not been found yet, or the array has ended."""
        return self._damaged is not None or self._closed

    def skip(self, size: int, values: Sequence[object]) -> None:
        """Skip `size` bytes that were read by other means."""
        self._position += size
        if values:
            self._learn_keys(values[-1])

    def read(self, data: bytes, last: bool) -> tuple[list[object], int]:
        """The values that begin in `data`, and their length in bytes; `last` if nothing follows `data`.

        Otherwise `data` must be longer than two rows may be.
        """
        self._values, self._looked_at = [], 0
        text = data.translate(NO_UTF8).decode("latin-1")
        here, limit = 0, len(text) if last else len(text) - LONGEST_ROW
        while here < limit:
            if self._long:
                here = self._to_end_of_long_row(text, here)
            elif self._damaged:
                here = self._to_next_row(text, here, limit)
            else:
                here = self._next(text, data, BETWEEN.match(text, here).end(), last)  # type: ignore[union-attr]
        self._position += here
        return self._values, here

    def end(self) -> list[object]:
        """What to report at the end of the file."""
        if self._damaged:
            return [self._damaged]
        return [] if self._closed else [Damaged("the file ends before its array does: it is cut off", self._position)]

    def _next(self, text: str, data: bytes, here: int, last: bool) -> int:
        if here == len(text) or (self._closed and self._wrapped):
            return len(text)
        if text[here] == "]" and not self._closed:
            self._closed = True
            return here + 1
        if self._closed:
            return self._begin_damage("something follows the end of the array", here, here)
        end = end_of_value(text, here)
        if isinstance(end, Unreadable):
            is_utf8 = data[end.position : end.position + 1].translate(NO_UTF8) != b"\0" or data[end.position] == 0
            return self._pass_over(text, here, end if is_utf8 else replace(end, reason="not UTF-8"), last)
        if end - here > LONGEST_ROW:
            self._values.append(Damaged(f"a row longer than {LONGEST_ROW} bytes", self._position + here))
        elif BROKEN_OFF.match(text, end):
            return self._begin_damage("not JSON: something follows its end", here, end)
        else:
            self._take(here, parsed(data[here:end], self._position + here))
        return end

    def _take(self, here: int, value: object) -> None:
        if isinstance(value, Damaged):  # its end may belong to another value
            self._begin_damage(value.reason, here, here)
        else:
            self._values.append(value)
            self._learn_keys(value)

    @property
    def _knows_rows(self) -> bool:
        """Whether rows can be distinguished from objects inside a row."""
        return len(self._keys) >= LEAST_KEYS

    def _learn_keys(self, value: object) -> None:
        if isinstance(value, dict) and value:
            self._keys = value.keys()

    def _pass_over(self, text: str, here: int, why: Unreadable, last: bool) -> int:
        """Start to skip an unreadable row; returns the position from which to search for the next."""
        after = self._begin_pass(text, here, why, last)
        if not self._keys and (first := OBJECT.match(text, here)):
            self._first_key = first.group(1)
        return after

    def _begin_pass(self, text: str, here: int, why: Unreadable, last: bool) -> int:
        # A row without its end seems to contain everything that follows, so rows are searched in it by their keys.
        if why.unfinished and last:
            after = here + 1 if self._knows_rows else why.position
            return self._begin_damage("the file ends within this row: it is cut off", here, after)
        if why.unfinished and text[here] == "{":
            self._long, self._in_string = not self._knows_rows, False
            return self._begin_damage(f"a row longer than {LONGEST_ROW} bytes", here, here + (not self._long))
        after = here + 1 if text[here] == "[" else why.position  # rows are objects, so this `[` is stray
        return self._begin_damage(why.reason, here, after)

    def _begin_damage(self, reason: str, here: int, after: int) -> int:
        self._damaged = Damaged(reason, self._position + here)
        self._depth, self._looked_at, self._first_key, self._looks_inside = 0, here, "", LOOKS_INSIDE
        return after

    def _end_damage(self) -> None:
        self._values.append(self._damaged)
        self._damaged, self._long, self._closed, self._begun = None, False, False, True

    def _to_end_of_long_row(self, text: str, here: int) -> int:
        if self._in_string:
            rest = REST_OF_STRING.match(text, here)
            if rest is None:
                return self._unfinished_string(text, here)
            here, self._in_string = rest.end(), False
        for token in TOKEN.finditer(text, here):
            self._depth += change(token)
            if token.group() == '"':
                return self._unfinished_string(text, token.end())
            if self._depth == 0:
                self._end_damage()
                return token.end()
        return len(text)

    def _unfinished_string(self, text: str, here: int) -> int:
        """The end of the text, but never between a backslash and the character that it escapes."""
        self._in_string = True
        backslashes = len(text) - len(text.rstrip("\\"))
        return len(text) - 1 if backslashes % 2 and here < len(text) - 1 else len(text)

    def _to_next_row(self, text: str, here: int, limit: int) -> int:
        """The position of the next object that is a row, or `limit` if none begins before it."""
        while (candidate := OBJECT.search(text, here)) and candidate.start() < limit:
            start = candidate.start()
            if self._position + start < self._rows_until:
                self._end_damage()
                return start
            if self._knows_rows:
                is_row, here = self._like_rows(text, start)
                if is_row:
                    self._end_damage()
                    return start
                continue
            rows, here, sure = self._neighbours(text, start)
            if rows and (sure or self._may_be_row(text, start, rows)):
                self._rows_until = self._position + here
                self._end_damage()
                return start
        return limit

    def _like_rows(self, text: str, start: int) -> tuple[bool, int]:
        """Whether this object has the keys of rows, and where to continue the search if not."""
        end = end_of_value(text, start)
        if isinstance(end, Unreadable):
            return False, self._beyond(start, end)
        return self._has_their_keys(OUTLINE.raw_decode(text, start)[0].keys()), end

    def _has_their_keys(self, keys: Set[str]) -> bool:
        return 2 * len(keys & self._keys) >= len(keys | self._keys)

    def _neighbours(self, text: str, start: int) -> tuple[int, int, bool]:
        """How many objects are here side by side, where they end, and whether they are surely rows.

        The count is 0 if they are surely parts of another value.
        """
        count, here = 0, start
        while here - start < SURELY_ROWS:
            end = end_of_value(text, here)
            if isinstance(end, Unreadable):
                return count, here if count else end.position, False
            count += 1
            if INSIDE.match(text, end):
                return 0, end, False
            following = NEXT_OBJECT.match(text, end)
            if following is None:
                return count, end, ENDED.match(text, end) is not None
            here = following.end()
        return count, here, not text[max(start - 50, 0) : start].rstrip().endswith(":")

    def _beyond(self, start: int, why: Unreadable) -> int:
        """Where to continue: behind an unreadable object, or a few times inside it, if it only lacks its end."""
        if not (why.unfinished and self._looks_inside):
            return why.position
        self._looks_inside -= 1
        return start + 1

    def _may_be_row(self, text: str, start: int, rows: int) -> bool:
        """Whether objects are rows. They could also be parts of the damaged row, because damage follows them, too."""
        for token in TOKEN.finditer(text, self._looked_at, start):
            self._depth += change(token)
        self._looked_at = start
        if not self._begun and rows == 1:  # the file is one object
            return False
        keys = OUTLINE.raw_decode(text, start)[0].keys()
        if self._first_key:
            return next(iter(keys), "") == self._first_key
        if not self._keys:
            return self._depth <= 0 or rows > 1
        return self._has_their_keys(keys)
