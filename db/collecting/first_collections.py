"""How the first collection of each account goes, for whichever process is asked: it runs while its lock is held."""

from dataclasses import dataclass

from db.engine.connection import database, row

BEGIN = """
    INSERT INTO first_collection (account_id, sentence) VALUES (%s, %s)
    ON CONFLICT (account_id) DO UPDATE SET sentence = excluded.sentence, message = NULL, begun_at = now()
"""
SAY = "UPDATE first_collection SET sentence = %(sentence)s WHERE account_id = %(account_id)s"
END = "UPDATE first_collection SET message = %(message)s WHERE account_id = %(account_id)s"
KNOWN = """
    SELECT account_id, sentence, message FROM first_collection JOIN account ON account.id = account_id
    WHERE username = %s AND begun_at > now() - interval '1 hour'
"""


@dataclass(frozen=True, slots=True)
class KnownCollection:
    """`message` is what came of it, None where it runs or was killed."""

    account_id: int
    sentence: str
    message: str | None


def begin_first_collection(account_id: int, sentence: str) -> None:
    database.execute_sql(BEGIN, (account_id, sentence))


def change_first_sentence(account_id: int, sentence: str) -> None:
    database.execute_sql(SAY, {"account_id": account_id, "sentence": sentence})


def end_first_collection(account_id: int, message: str) -> None:
    database.execute_sql(END, {"account_id": account_id, "message": message})


def known_first_collection(username: str) -> KnownCollection | None:
    """None where none was begun within the hour."""
    known = row(KNOWN, username)
    return KnownCollection(*known) if known else None
