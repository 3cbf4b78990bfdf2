"""The progress of each account's first collection, shared by all processes. It is running while its lock is held."""

import msgspec

from db.engine.connection import database
from db.engine.records import record

BEGIN = """
    INSERT INTO first_collection (account_id, sentence) VALUES (%s, %s)
    ON CONFLICT (account_id) DO UPDATE SET sentence = excluded.sentence, message = NULL, begun_at = excluded.begun_at
"""
CHANGE = "UPDATE first_collection SET sentence = %(sentence)s WHERE account_id = %(account_id)s"
END = "UPDATE first_collection SET message = %(message)s WHERE account_id = %(account_id)s"
RECENT = """
    SELECT account_id, sentence, message FROM first_collection JOIN account ON account.id = account_id
    WHERE username = %s AND begun_at > now() - interval '1 hour'
"""


class KnownCollection(msgspec.Struct, frozen=True):
    """`message` is the outcome; None while it is running, or if it was killed."""

    account_id: int
    sentence: str
    message: str | None


def begin_first_collection(account_id: int, sentence: str) -> None:
    database.execute_sql(BEGIN, (account_id, sentence))


def change_first_sentence(account_id: int, sentence: str) -> None:
    database.execute_sql(CHANGE, {"account_id": account_id, "sentence": sentence})


def end_first_collection(account_id: int, message: str) -> None:
    database.execute_sql(END, {"account_id": account_id, "message": message})


def known_first_collection(username: str) -> KnownCollection | None:
    """The account's first collection; None if it did not begin within the last hour."""
    return record(KnownCollection, RECENT, (username,))
