"""What is noted of a consent that does not cover what we ask for, and of one whose end has consequences."""

from datetime import datetime

from db.engine.connection import database, row
from db.people.accounts import Grant, bump_data_version

ASK_AGAIN = """
    UPDATE account SET reconnect_reason = %s
    WHERE id = %s AND refresh_token = %s AND reconnect_reason IS NULL RETURNING id
"""
PUT_OFF = "UPDATE account SET deletion_put_off_to = %s WHERE id = %s AND consent_ended_at IS NOT NULL RETURNING id"
UNTELL = "DELETE FROM notice WHERE account_id = %s AND kind = 'deletion'"
ENDED_AT = "SELECT consent_ended_at FROM account WHERE id = %s AND deletion_began_at IS NULL FOR UPDATE"


def why_ask_again(account_id: int) -> str | None:
    """Why consent has to be given anew, None while nothing is known against it."""
    found = row("SELECT reconnect_reason FROM account WHERE id = %s", account_id)
    return found[0] if found else None


def ask_again(account_id: int, used: Grant, reason: str) -> None:
    """Nothing more is asked of Spotify by consent `used`; one that was given meanwhile stays as it is.

    It goes on, and is told from one that has ended, after which data goes.
    """
    with database.atomic():
        if row(ASK_AGAIN, reason, account_id, used.refresh_token):
            bump_data_version(account_id)


def put_deletion_off(account_id: int, until: datetime) -> None:
    """What Spotify told stays until then at least; the new date is told anew."""
    with database.atomic():
        if row(PUT_OFF, until, account_id):
            database.execute_sql(UNTELL, (account_id,))
            bump_data_version(account_id)


def still_ended(account_id: int, ended_at: datetime) -> bool:
    """Whether nothing has become of it since; it stays so to the end of the transaction under way."""
    return row(ENDED_AT, account_id) == (ended_at,)
