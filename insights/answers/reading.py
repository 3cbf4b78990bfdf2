"""A database connection for questions."""

from contextlib import AbstractContextManager

from db.engine.connection import connected


def reading() -> AbstractContextManager[None]:
    """Hold a connection of the pool during the block. Raises DatabaseUnreachable if there is none or it is lost."""
    return connected()
