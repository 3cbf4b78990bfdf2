"""Passes: who has one signs in as the account's listener, once, within minutes, and without Spotify.

They are made at a terminal of the machine: whoever sits there may read the whole database anyway.
"""

from db.engine.connection import database, row
from db.people.secrets import PASS, Secret, new_secret, read_secret

MINUTES = 15
MAKE = """
    WITH earlier AS (DELETE FROM invitation WHERE account_id = %s AND purpose = 'sign in')
    INSERT INTO invitation (account_id, token_hash, purpose, expires_at)
    VALUES (%s, %s, 'sign in', now() + %s * interval '1 minute')
"""
USE = """
    DELETE FROM invitation USING account
    WHERE account_id = %s AND token_hash = %s AND purpose = 'sign in' AND expires_at > now()
        AND account.id = account_id AND disabled_at IS NULL
    RETURNING account.id, username
"""


def make_pass(account_id: int) -> Secret:
    """A new one, in place of the account's earlier one."""
    secret = new_secret(PASS, account_id)
    database.execute_sql(MAKE, (account_id, account_id, secret.hash, MINUTES))
    return secret


def use_pass(text: str) -> tuple[int, str] | None:
    """Id and username of the account that it is for; None where it is not good: never made, used, or too old."""
    secret = read_secret(PASS, text)
    found = row(USE, secret.account_id, secret.hash) if secret else None
    return (found[0], found[1]) if found else None
