"""The services behind the genres of an account, because their terms require credit."""

from db.engine.connection import rows

SOURCES = """
    SELECT DISTINCT source FROM account_track JOIN track_genre USING (track_id) WHERE account_id = %s ORDER BY 1
"""


def genre_sources(account_id: int) -> list[str]:
    """Their names in the table of services. One query."""
    return [source for (source,) in rows(SOURCES, account_id)]
