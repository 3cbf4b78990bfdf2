"""Accounts that were never connected to Spotify, so nobody has proved yet whose they are."""

from db.engine.connection import rows

# An account that was connected once keeps Spotify's id, also after the connection has ended.
NEWCOMERS = """
    SELECT username FROM account
    WHERE spotify_account_id IS NULL AND refresh_token IS NULL AND disabled_at IS NULL ORDER BY username
"""


def newcomers() -> list[str]:
    """Their usernames, sorted."""
    return [username for (username,) in rows(NEWCOMERS)]
