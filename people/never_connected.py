"""Accounts that were never connected to Spotify: nobody has shown yet whose they are."""

from db.engine.connection import rows

# Whoever connected once is known for ever by Spotify's id of theirs, also when the connection has ended.
NEWCOMERS = """
    SELECT username FROM account
    WHERE spotify_account_id IS NULL AND refresh_token IS NULL AND disabled_at IS NULL ORDER BY username
"""


def newcomers() -> list[str]:
    """Their usernames, in order."""
    return [username for (username,) in rows(NEWCOMERS)]
