"""Show people how far an import has come: a bar with time left on a terminal, plain lines anywhere else."""

import sys
import time
from typing import TextIO

from tqdm import tqdm

LINE_EVERY = 5.0  # seconds between plain lines


class Bar:
    """Bytes, rows and time left, redrawn in place."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.rows = stream, 0

    def start(self, total_bytes: int) -> None:
        self.bar = tqdm(total=total_bytes, unit="B", unit_scale=True, desc="Reading", file=self.stream, leave=False)

    def advance(self, read_bytes: int, rows: int) -> None:
        self.rows += rows
        self.bar.set_postfix_str(f"{self.rows:,} rows", refresh=False)
        self.bar.update(read_bytes)

    def storing(self) -> None:
        self.bar.close()
        self.stream.write(f"Storing {self.rows:,} rows …\n")


class Lines:
    """The same for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.rows, self.read, self.total = stream, 0, 0, 0

    def start(self, total_bytes: int) -> None:
        self.total, self.started = total_bytes, time.monotonic()
        self.said = self.started

    def advance(self, read_bytes: int, rows: int) -> None:
        self.read, self.rows = self.read + read_bytes, self.rows + rows
        now = time.monotonic()
        if now - self.said >= LINE_EVERY and self.read:
            self.said = now
            left = (now - self.started) * max(self.total - self.read, 0) / self.read
            done = 100 * self.read // max(self.total, 1)
            self.stream.write(f"Reading: {self.rows:,} rows, {done} %, about {left:.0f} s left\n")

    def storing(self) -> None:
        self.stream.write(f"Storing {self.rows:,} rows …\n")


def progress_on(stream: TextIO = sys.stderr) -> Bar | Lines:
    return Bar(stream) if stream.isatty() else Lines(stream)
