"""Store that a consent has to be given again, and that a deletion after its end is postponed."""

from datetime import datetime

from db.engine.connection import database, row
from db.people.accounts import Grant, bump_data_version

ASK_AGAIN = """
    UPDATE account SET reconnect_reason = %s
    WHERE id = %s AND refresh_token = %s AND reconnect_reason IS NULL RETURNING id
"""
PUT_OFF = "UPDATE account SET deletion_put_off_to = %s WHERE id = %s AND consent_ended_at IS NOT NULL RETURNING id"
FORGET_NOTICES = "DELETE FROM notice WHERE account_id = %s AND kind = 'deletion'"
ENDED_AT = "SELECT consent_ended_at FROM account WHERE id = %s AND deletion_began_at IS NULL FOR UPDATE"


def why_ask_again(account_id: int) -> str | None:
    """Why the listener has to consent again; None: the consent is in force, as far as we know."""
    reason = row("SELECT reconnect_reason FROM account WHERE id = %s", account_id)
    return reason[0] if reason else None


def ask_again(account_id: int, used: Grant, reason: str) -> None:
    """Make no more calls with the consent `used`, unless the listener has consented again in the meantime.

    Unlike a consent that has ended, this one deletes no data.
    """
    with database.atomic():
        if row(ASK_AGAIN, reason, account_id, used.refresh_token):
            bump_data_version(account_id)


def put_deletion_off(account_id: int, until: datetime) -> None:
    """Keep Spotify's data at least until then; notices with the new date will be sent."""
    with database.atomic():
        if row(PUT_OFF, until, account_id):
            database.execute_sql(FORGET_NOTICES, (account_id,))
            bump_data_version(account_id)


def still_ended(account_id: int, ended_at: datetime) -> bool:
    """Whether the consent that ended at that time is still not renewed; it stays so until the transaction ends."""
    return row(ENDED_AT, account_id) == (ended_at,)
