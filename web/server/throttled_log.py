"""What any client can make uvicorn warn of, as often as it likes: one line of each kind a minute, with a count."""

import logging
import time
from collections import Counter

A_MINUTE = 60.0
COMMON = (  # what the lines begin with
    "Invalid HTTP request received",
    "Unsupported upgrade request",
    "No supported WebSocket library",
)


class Seldom(logging.Filter):
    """Lets the first line of a kind through, and a minute later the next one, which says how many there were."""

    def __init__(self) -> None:
        super().__init__()
        self._next: dict[str, float] = {}  # by time.monotonic()
        self._unwritten: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        kind = next((kind for kind in COMMON if str(record.msg).startswith(kind)), None)
        return kind is None or self._is_time(kind, record)

    def _is_time(self, kind: str, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now < self._next.get(kind, 0.0):
            self._unwritten[kind] += 1
            return False
        self._next[kind] = now + A_MINUTE
        if more := self._unwritten.pop(kind, 0):
            record.msg = f"{record.msg} {more} more since the last such line."
        return True


SELDOM = Seldom()  # a logger has it once, however often it is given
