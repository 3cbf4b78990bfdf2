"""Show the progress of an export: a bar on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator, Sequence
from typing import TextIO, TypeVar

from tqdm import tqdm

LINE_EVERY = 5.0  # seconds between plain lines
T = TypeVar("T")


def shown(batches: Iterator[Sequence[T]], total: int, stream: TextIO) -> Iterator[Sequence[T]]:
    """Yields the batches and writes to `stream` how many of `total` plays are done."""
    return _bar(batches, total, stream) if stream.isatty() else _lines(batches, total, stream)


def _bar(batches: Iterator[Sequence[T]], total: int, stream: TextIO) -> Iterator[Sequence[T]]:
    with tqdm(total=total, unit=" plays", unit_scale=True, desc="Exporting", file=stream, leave=False) as bar:
        for batch in batches:
            yield batch
            bar.update(len(batch))


def _lines(batches: Iterator[Sequence[T]], total: int, stream: TextIO) -> Iterator[Sequence[T]]:
    done, started = 0, time.monotonic()
    last_line = started
    for batch in batches:
        yield batch
        done, now = done + len(batch), time.monotonic()
        if now - last_line >= LINE_EVERY:
            last_line, left = now, (now - started) * (total - done) / done
            stream.write(f"Exporting: {done:,} plays, {100 * done // total} %, about {left:.0f} s left\n")
