"""Open a connection outside of the pool, to check what is at the other end before anything uses it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2

from db.engine.failures import unreachable

Connection = psycopg2.extensions.connection


@contextmanager
def checked_connection(url: str, options: str) -> Iterator[Connection]:
    """A connection without transactions, closed after the block. Raises DatabaseUnreachable."""
    try:
        opened = psycopg2.connect(url, options=options, application_name="insight", connect_timeout=5)
    except psycopg2.Error as error:
        raise unreachable(error) from error
    with closing(opened):
        opened.autocommit = True
        yield opened
