"""Count the plays that are exported, and report them."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

OnProgress = Callable[[str, float, float, str], None]  # the phase, how much is done, of which total, and a detail
T = TypeVar("T")


def counted(batches: Iterator[Sequence[T]], total: int, on_progress: OnProgress) -> Iterator[Sequence[T]]:
    """The same batches, which have `total` plays together, reported as they go by."""
    done = 0
    for batch in batches:
        yield batch
        done += len(batch)
        on_progress("Exporting", done, total, f"{done:,} plays")
