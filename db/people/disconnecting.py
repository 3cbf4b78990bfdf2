"""Disconnect an account from Spotify: delete its tokens, and keep its plays."""

from db.engine.connection import database
from db.people.accounts import bump_data_version

FORGET = """
    UPDATE account SET access_token = NULL, access_token_expires_at = NULL, refresh_token = NULL, scopes = '',
        reconnect_reason = NULL, consent_ended_at = NULL, consent_refused_at = NULL, deletion_put_off_to = NULL
    WHERE id = %s
"""


def disconnect_account(account_id: int) -> None:
    """Make no more calls for the account until its listener connects it again.

    Its plays stay, even if Spotify had ended the consent and they would have been deleted: the listener chose this.
    Spotify's id stays too, so that the listener can sign in and nobody else can connect the account.
    """
    with database.atomic():
        database.execute_sql(FORGET, (account_id,))
        bump_data_version(account_id)
