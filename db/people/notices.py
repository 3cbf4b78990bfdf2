"""Which notices were sent, so that none is sent twice."""

from datetime import datetime

from db.engine.connection import row

SEND = """
    INSERT INTO notice (account_id, kind, about, channel) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
    RETURNING account_id
"""


def note_sent(account_id: int, kind: str, about: datetime, channel: str) -> bool:
    """Store that a notice is sent, with the transaction; returns whether the channel had not sent it before.

    `about` is when the consent in question was given. Another sender of the same notice waits for the transaction.
    """
    return row(SEND, account_id, kind, about, channel) is not None
