"""Whether an account is public or private, and whether it is disabled."""

from db.engine.connection import database, row
from db.people.accounts import AccountError, bump_data_version
from db.people.collecting_soon import collect_soon

VISIBILITIES = ("private", "public")
SET_VISIBILITY = "UPDATE account SET visibility = %s WHERE id = %s"
DISABLE = "UPDATE account SET disabled_at = least(disabled_at, now()) WHERE id = %s"
END_SESSIONS = "DELETE FROM web_session WHERE account_id = %s"
ENABLE = "UPDATE account SET disabled_at = NULL WHERE id = %s AND deletion_began_at IS NULL RETURNING username"


def set_visibility(account_id: int, visibility: str) -> None:
    """Let everybody read the account ("public"), or only its listener and people with a token or link ("private").

    Raises AccountError.
    """
    if visibility not in VISIBILITIES:
        raise AccountError(f"visibility must be one of {', '.join(VISIBILITIES)}.")
    with database.atomic():
        database.execute_sql(SET_VISIBILITY, (visibility, account_id))
        bump_data_version(account_id)


def disable_account(account_id: int) -> None:
    """Collect nothing, and let nobody read it or sign in, until it is enabled. Nothing is lost."""
    with database.atomic():
        database.execute_sql(DISABLE, (account_id,))
        database.execute_sql(END_SESSIONS, (account_id,))
        bump_data_version(account_id)


def enable_account(account_id: int) -> None:
    """Undo `disable_account`, except that browsers have to sign in again. Raises AccountError during a deletion."""
    with database.atomic():
        if row(ENABLE, account_id) is None:
            raise AccountError("The account is being deleted, which cannot be stopped.")
        collect_soon(account_id)
        bump_data_version(account_id)
