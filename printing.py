"""Escape text for a terminal or a log, so that control characters in names are shown and have no effect.

Names of tracks, artists, accounts and files come from other people's files and from services. Escape sequences in them
would control the terminal, line breaks would forge log lines, and changes of direction would disguise names.
"""

import logging
import time
import unicodedata
from copy import copy
from functools import lru_cache
from typing import TextIO

NOT_FIT = {"Cc", "Cs", "Zl", "Zp"}  # control characters, halves of characters, separators of lines and paragraphs
DIRECTIONS = {chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
BATCHES = {"insight.access"}  # loggers that write several lines at once; their paths are percent-encoded


def fit(text: object) -> str:
    """The text on one line, with control characters escaped as in JSON, such as \\u001b."""
    return "".join(map(_shown, str(text)))


def say(*lines: object, file: TextIO | None = None, flush: bool = False) -> None:
    """Print each on its own line, to standard output unless `file` is given."""
    for line in lines:
        print(fit(line), file=file, flush=flush)


@lru_cache(4096)
def _shown(character: str) -> str:
    is_fit = unicodedata.category(character) not in NOT_FIT and character not in DIRECTIONS
    return character if is_fit else f"\\u{ord(character):04x}"


class FitFormatter(logging.Formatter):
    """Format a message on one line, in UTC; tracebacks are indented, so that their lines do not look like messages."""

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
