"""Invitations: with one, somebody can connect the account that it is for, once."""

from db.engine.connection import database, row
from db.people.secrets import INVITATION, Secret, new_secret, read_secret

DAYS = 7
MINUTES = 30  # of a first link; short, because it is logged
MAKE = """
    WITH earlier AS (DELETE FROM invitation WHERE account_id = %s AND used_at IS NULL AND purpose = 'connect')
    INSERT INTO invitation (account_id, token_hash, expires_at) VALUES (%s, %s, now() + %s * interval '1 day')
"""
VALID = """
    SELECT username FROM invitation JOIN account ON account.id = account_id
    WHERE account_id = %s AND token_hash = %s AND used_at IS NULL AND purpose = 'connect'
        AND expires_at > now() AND disabled_at IS NULL
"""
# An invitation that somebody may have sent already stays valid.
MAKE_FIRST_LINK = """
    WITH expired AS (
        DELETE FROM invitation
        WHERE account_id = %s AND used_at IS NULL AND purpose = 'connect' AND expires_at <= now()
    )
    INSERT INTO invitation (account_id, token_hash, expires_at) VALUES (%s, %s, now() + %s * interval '1 minute')
"""
USE_ALL = "UPDATE invitation SET used_at = now() WHERE account_id = %s AND used_at IS NULL AND purpose = 'connect'"
USE = """
    UPDATE invitation SET used_at = now() FROM account
    WHERE account_id = %s AND token_hash = %s AND used_at IS NULL AND purpose = 'connect' AND expires_at > now()
        AND account.id = account_id AND disabled_at IS NULL
    RETURNING account_id
"""


def make_invitation(account_id: int, days: int = DAYS) -> Secret:
    """Make an invitation, which replaces the account's unused ones."""
    secret = new_secret(INVITATION, account_id)
    database.execute_sql(MAKE, (account_id, account_id, secret.hash, days))
    return secret


def invited_account(text: str) -> str | None:
    """The username that an invitation is for; None if it never existed, or was used or replaced, or has expired."""
    secret = read_secret(INVITATION, text)
    invited = row(VALID, secret.account_id, secret.hash) if secret else None
    return invited[0] if invited else None


def make_first_link(account_id: int) -> Secret:
    """Make an invitation for some minutes, for the log of a service whose first browser is on another machine."""
    secret = new_secret(INVITATION, account_id)
    database.execute_sql(MAKE_FIRST_LINK, (account_id, account_id, secret.hash, MINUTES))
    return secret


def use_invitation(account_id: int, text: str) -> bool:
    """Use the invitation up; returns whether it was valid. Of several uses at the same time, one succeeds."""
    secret = read_secret(INVITATION, text)
    return secret is not None and secret.account_id == account_id and row(USE, account_id, secret.hash) is not None


def use_invitations(account_id: int) -> None:
    """Use up all invitations of an account that has just been connected, whichever of them was used."""
    database.execute_sql(USE_ALL, (account_id,))
