"""A database connection for questions."""

from collections.abc import Iterator
from contextlib import contextmanager

from db.engine.connection import connected


@contextmanager
def reading() -> Iterator[None]:
    """Hold a connection of the pool during the block. Raises DatabaseUnreachable if there is none or it is lost."""
    with connected():
        yield
