"""How an account stands: whom it is shown to, and whether it is disabled."""

from db.engine.connection import database, row
from db.people.accounts import AccountError, bump_data_version

VISIBILITIES = ("private", "public")
SET_VISIBILITY = "UPDATE account SET visibility = %s WHERE id = %s"
DISABLE = "UPDATE account SET disabled_at = coalesce(disabled_at, now()) WHERE id = %s"
END_SESSIONS = "DELETE FROM web_session WHERE account_id = %s"
ENABLE = "UPDATE account SET disabled_at = NULL WHERE id = %s AND deletion_began_at IS NULL RETURNING username"


def set_visibility(account_id: int, visibility: str) -> None:
    """ "private": for its listener only, and whom they allow; "public": for everybody. Raises AccountError."""
    if visibility not in VISIBILITIES:
        raise AccountError(f"visibility takes one of {', '.join(VISIBILITIES)}.")
    with database.atomic():
        database.execute_sql(SET_VISIBILITY, (visibility, account_id))
        bump_data_version(account_id)


def disable_account(account_id: int) -> None:
    """Nothing is collected and nobody reads, signs in or asks by token or link until it is enabled. Nothing is lost."""
    with database.atomic():
        database.execute_sql(DISABLE, (account_id,))
        database.execute_sql(END_SESSIONS, (account_id,))
        bump_data_version(account_id)


def enable_account(account_id: int) -> None:
    """Everything as before, but whoever was signed in signs in again. Raises AccountError for one that is deleted."""
    with database.atomic():
        if row(ENABLE, account_id) is None:
            raise AccountError("The account is being deleted, which goes on to its end.")
        bump_data_version(account_id)
