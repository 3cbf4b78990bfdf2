"""Sessions: browsers in which a listener is signed in."""

from db.engine.connection import database
from db.people.secrets import SESSION, Secret, new_secret

DAYS = 30
BEGIN = """
    WITH over AS (DELETE FROM web_session WHERE account_id = %s AND expires_at <= now())
    INSERT INTO web_session (account_id, token_hash, expires_at) VALUES (%s, %s, now() + %s * interval '1 day')
"""
END = "DELETE FROM web_session WHERE account_id = %s AND token_hash = %s"
END_ALL = "DELETE FROM web_session WHERE account_id = %s"


def begin_session(account_id: int, days: int = DAYS) -> Secret:
    """Sign in for this number of days, with a new secret each time, which makes old ones useless."""
    secret = new_secret(SESSION, account_id)
    database.execute_sql(BEGIN, (account_id, account_id, secret.hash, days))
    return secret


def end_session(secret: Secret) -> None:
    """Sign out of one browser."""
    database.execute_sql(END, (secret.account_id, secret.hash))


def end_sessions(account_id: int) -> None:
    """Sign out of every browser."""
    database.execute_sql(END_ALL, (account_id,))
