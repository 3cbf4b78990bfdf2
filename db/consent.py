"""A consent that goes on but does not cover what we ask for: told from one that has ended, after which data goes."""

from db.accounts import Grant, bump_data_version
from db.connection import database, row

ASK_AGAIN = """
    UPDATE account SET reconnect_reason = %s
    WHERE id = %s AND refresh_token = %s AND reconnect_reason IS NULL RETURNING id
"""


def why_ask_again(account_id: int) -> str | None:
    """Why consent has to be given anew, None while nothing is known against it."""
    found = row("SELECT reconnect_reason FROM account WHERE id = %s", account_id)
    return found[0] if found else None


def ask_again(account_id: int, used: Grant, reason: str) -> None:
    """Nothing more is asked of Spotify by consent `used`; one that was given meanwhile stays as it is."""
    with database.atomic():
        if row(ASK_AGAIN, reason, account_id, used.refresh_token):
            bump_data_version(account_id)
