"""When what Spotify told about a listener goes, after the listener has withdrawn the consent on Spotify's side.

Spotify's terms ask for it within five days. It answers the same for a consent that was withdrawn and one whose six
months are over; of the latter nothing goes, for the listener has asked for nothing.
"""

from datetime import datetime, timedelta

from db.connection import row, rows
from insights.consent import consent_ends

DAYS = timedelta(days=5)  # Spotify: Developer Terms, V, version 10, 2025-05-15
HOURLY = timedelta(hours=1)  # whoever deletes comes round so often, and is not to be late
# Should Spotify count six months as 180 days, an end of that kind must not be taken for a withdrawal.
MARGIN = timedelta(days=5)

ENDED = """
    SELECT id, username, authorised_at, consent_ended_at FROM account
    WHERE consent_ended_at IS NOT NULL AND authorised_at IS NOT NULL AND deletion_began_at IS NULL ORDER BY id
"""
OF_ACCOUNT = "SELECT authorised_at, consent_ended_at FROM account WHERE id = %s"


def goes_at(authorised_at: datetime | None, ended_at: datetime | None) -> datetime | None:
    """When it goes; None where the consent goes on, or its time was over when it ended, or nobody knows that time."""
    if authorised_at is None or ended_at is None or ended_at >= consent_ends(authorised_at) - MARGIN:
        return None
    return ended_at + DAYS


def account_goes_at(account_id: int) -> datetime | None:
    """The same for an account."""
    return goes_at(*(row(OF_ACCOUNT, account_id) or (None, None)))


def withdrawn(now: datetime) -> list[tuple[int, str]]:
    """The accounts, with their names, whose data from Spotify is to go now: before anybody comes round again."""
    due = [
        (account_id, username, goes_at(authorised_at, ended_at))
        for account_id, username, authorised_at, ended_at in rows(ENDED)
    ]
    return [(account_id, username) for account_id, username, at in due if at is not None and at - HOURLY <= now]
