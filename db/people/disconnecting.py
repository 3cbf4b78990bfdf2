"""Disconnect an account from Spotify: its tokens are forgotten at once, its plays stay."""

from db.engine.connection import database
from db.people.accounts import bump_data_version

FORGET = """
    UPDATE account SET access_token = NULL, access_token_expires_at = NULL, refresh_token = NULL, scopes = '',
        reconnect_reason = NULL, consent_ended_at = NULL, consent_refused_at = NULL, deletion_put_off_to = NULL
    WHERE id = %s
"""


def disconnect_account(account_id: int) -> None:
    """Nothing more is asked of Spotify for it until its listener connects it again.

    Its plays stay even where Spotify had ended the consent, after which they would go: the listener has chosen so.
    Whose Spotify account it is stays known, so that the listener can sign in and nobody else can connect it.
    """
    with database.atomic():
        database.execute_sql(FORGET, (account_id,))
        bump_data_version(account_id)
