"""Show people which share of something is done: a bar on a terminal, nothing anywhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from tqdm import tqdm

LOOKS = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"


@contextmanager
def shares(what: str, stream: TextIO) -> Iterator[Callable[[float], None]]:
    """To be called with the share that is done, from 0 to 1."""
    # tqdm is generic in what it iterates over, and this one iterates over nothing
    bar: Any = tqdm(total=1.0, desc=what, file=stream, leave=False, disable=None, bar_format=LOOKS)
    with bar:
        yield lambda share: bar.update(share - bar.n)
