"""What was told to whom, so that nothing is told twice."""

from datetime import datetime

from db.engine.connection import row

TELL = """
    INSERT INTO notice (account_id, kind, about, channel) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
    RETURNING account_id
"""


def note_told(account_id: int, kind: str, about: datetime, channel: str) -> bool:
    """Whether this was not told by that channel yet; from the end of the transaction under way on it is.

    `about` is when the consent was given that it is about. Whoever else is about to tell the same waits for that end.
    """
    return row(TELL, account_id, kind, about, channel) is not None
