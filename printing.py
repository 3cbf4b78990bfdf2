"""Text that is fit for a terminal or a log: what a name holds is shown there, and never obeyed.

Names of tracks, artists, accounts and files come from other people's files and from services. A terminal obeys escape
sequences in them, a line break in them forges a line of a log, and a change of direction shows a name as another.
"""

import logging
import time
import unicodedata
from copy import copy
from functools import lru_cache
from typing import TextIO

NOT_FIT = {"Cc", "Cs", "Zl", "Zp"}  # control characters, halves of characters, separators of lines and paragraphs
DIRECTIONS = {chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
BATCHES = {"insight.access"}  # loggers that write several lines at once, of nothing but percent-encoded paths


def fit(text: object) -> str:
    """The text on one line; whatever a terminal would obey is written as JSON would, as in \\u001b."""
    return "".join(map(_shown, str(text)))


def say(*lines: object, file: TextIO | None = None, flush: bool = False) -> None:
    """Print each on a line of its own, on standard output unless `file` says otherwise."""
    for line in lines:
        print(fit(line), file=file, flush=flush)


@lru_cache(4096)
def _shown(character: str) -> str:
    is_fit = unicodedata.category(character) not in NOT_FIT and character not in DIRECTIONS
    return character if is_fit else f"\\u{ord(character):04x}"


class FitFormatter(logging.Formatter):
    """A message on one line, with UTC; the lines of a traceback are indented, so that none looks like a message."""

    converter = staticmethod(time.gmtime)
    default_msec_format = None

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        lines = message.split("\n") if record.name in BATCHES else [message.rstrip("\n")]
        return "\n".join([*(self._line(record, line) for line in lines), *self._traceback(record)])

    def _line(self, record: logging.LogRecord, line: str) -> str:
        plain = copy(record)
        plain.msg, plain.args = fit(line), None
        plain.exc_info, plain.exc_text, plain.stack_info = None, None, None
        return super().format(plain)

    def _traceback(self, record: logging.LogRecord) -> list[str]:
        text = self.formatException(record.exc_info) if record.exc_info else ""
        return [f"  {fit(line)}" for line in text.split("\n") if line]
