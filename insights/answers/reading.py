"""A connection to ask questions over, whatever becomes of the database meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from db.engine.connection import connected


@contextmanager
def reading() -> Iterator[None]:
    """A connection of the pool for the block. Raises DatabaseUnreachable when none can be had, or when it is lost."""
    with connected():
        yield
