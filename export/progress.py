"""Show people how far an export has come: a bar with time left on a terminal, plain lines anywhere else."""

import time
from collections.abc import Iterator, Sequence
from typing import TextIO, TypeVar

from tqdm import tqdm

LINE_EVERY = 5.0  # seconds between plain lines
T = TypeVar("T")


def shown(batches: Iterator[Sequence[T]], total: int, stream: TextIO) -> Iterator[Sequence[T]]:
    """The same batches, `total` plays in all, while `stream` is told how many have gone by."""
    return _bar(batches, total, stream) if stream.isatty() else _lines(batches, total, stream)


def _bar(batches: Iterator[Sequence[T]], total: int, stream: TextIO) -> Iterator[Sequence[T]]:
    with tqdm(total=total, unit=" plays", unit_scale=True, desc="Exporting", file=stream, leave=False) as bar:
        for batch in batches:
            yield batch
            bar.update(len(batch))


def _lines(batches: Iterator[Sequence[T]], total: int, stream: TextIO) -> Iterator[Sequence[T]]:
    done, started = 0, time.monotonic()
    said = started
    for batch in batches:
        yield batch
        done, now = done + len(batch), time.monotonic()
        if now - said >= LINE_EVERY:
            said, left = now, (now - started) * (total - done) / done
            stream.write(f"Exporting: {done:,} plays, {100 * done // total} %, about {left:.0f} s left\n")
