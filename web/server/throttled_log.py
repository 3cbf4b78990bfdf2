"""Throttle warnings that any client can provoke in uvicorn: one line of each kind a minute, with a count."""

import logging
import time
from collections import Counter

A_MINUTE = 60.0
COMMON = (  # what the lines begin with
    "Invalid HTTP request received",
    "Unsupported upgrade request",
    "No supported WebSocket library",
)


class LogThrottle(logging.Filter):
    """Passes the first line of a kind, and a minute later the next one, which says how many were left out."""

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


LOG_THROTTLE = LogThrottle()  # a logger keeps one instance, however often it is added
