"""Progress displays of an import: a bar on a terminal, plain lines anywhere else."""

import sys
import time
from typing import Any, TextIO

from tqdm import tqdm

LINE_EVERY = 5.0  # seconds between plain lines


class Bar:
    """Bytes, rows, plays and time left while reading; then the share that is stored."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.rows, self.plays = stream, 0, 0
        self.bar: Any = None  # tqdm is generic in what it iterates over, and this one iterates over nothing

    def start(self, total_bytes: int) -> None:
        self.bar = tqdm(total=total_bytes, unit="B", unit_scale=True, desc="Reading", file=self.stream, leave=False)

    def advance(self, read_bytes: int, rows: int, plays: int) -> None:
        self.rows, self.plays = self.rows + rows, self.plays + plays
        if self.bar is not None:
            self.bar.set_postfix_str(f"{self.rows:,} rows, {self.plays:,} plays", refresh=False)
            self.bar.update(read_bytes)

    def storing(self) -> None:
        self.close()
        looks = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
        self.bar = tqdm(
            total=1.0, desc=f"Storing {self.plays:,} plays", file=self.stream, leave=False, bar_format=looks
        )

    def stored(self, share: float) -> None:
        if self.bar is not None:
            self.bar.update(share - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None


class Lines:
    """The same as lines, for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.rows, self.plays, self.read, self.total = stream, 0, 0, 0, 0

    def start(self, total_bytes: int) -> None:
        self.total, self.started = total_bytes, time.monotonic()
        self.reported_at = self.started

    def advance(self, read_bytes: int, rows: int, plays: int) -> None:
        self.read, self.rows, self.plays = self.read + read_bytes, self.rows + rows, self.plays + plays
        if self._is_time() and self.read:
            left = (self.reported_at - self.started) * max(self.total - self.read, 0) / self.read
            done = 100 * self.read // max(self.total, 1)
            self._write(f"Reading: {self.rows:,} rows, {self.plays:,} plays, {done} %, about {left:.0f} s left")

    def storing(self) -> None:
        self._write(f"Storing {self.plays:,} plays …")
        self.started = self.reported_at = time.monotonic()

    def stored(self, share: float) -> None:
        if self._is_time() and share:
            left = (self.reported_at - self.started) * (1 - share) / share
            self._write(f"Storing: {100 * share:.0f} %, about {left:.0f} s left")

    def close(self) -> None:
        """Nothing to clean up."""

    def _is_time(self) -> bool:
        now = time.monotonic()
        if now - self.reported_at < LINE_EVERY:
            return False
        self.reported_at = now
        return True

    def _write(self, line: str) -> None:
        self.stream.write(line + "\n")
        self.stream.flush()


def progress_on(stream: TextIO = sys.stderr) -> Bar | Lines:
    return Bar(stream) if stream.isatty() else Lines(stream)
