"""A connection to ask questions over, whatever becomes of the database meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import peewee

from db.connection import DatabaseUnreachable, connected


@contextmanager
def reading() -> Iterator[None]:
    """A connection of the pool for the block. Raises DatabaseUnreachable when none can be had, or when it is lost."""
    try:
        with connected():
            yield
    except (peewee.OperationalError, peewee.InterfaceError) as error:
        raise DatabaseUnreachable("The database went away while it was asked; try again.") from error
