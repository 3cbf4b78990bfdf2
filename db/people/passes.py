"""Sign-in links without Spotify: each signs a browser in as the account's listener, once, within minutes.

They are created at the machine's terminal, where somebody could read the whole database anyway.
"""

import msgspec

from db.engine.connection import database
from db.engine.records import record
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
    RETURNING account.id AS account_id, username
"""


def make_pass(account_id: int) -> Secret:
    """Make a pass, which replaces the account's earlier one."""
    secret = new_secret(PASS, account_id)
    database.execute_sql(MAKE, (account_id, account_id, secret.hash, MINUTES))
    return secret


class UsedPass(msgspec.Struct, frozen=True):
    account_id: int
    username: str


def use_pass(text: str) -> UsedPass | None:
    """The account that the pass is for; None if the pass never existed, was used or replaced, or has expired."""
    secret = read_secret(PASS, text)
    return record(UsedPass, USE, (secret.account_id, secret.hash)) if secret else None
