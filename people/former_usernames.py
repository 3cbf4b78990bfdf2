"""The names that an account had until lately, and until when they lead to it."""

from dataclasses import dataclass
from datetime import datetime

from db.engine.connection import rows

FORMER = "SELECT username, until FROM former_username WHERE account_id = %s AND until > now() ORDER BY until, username"


@dataclass(frozen=True, slots=True)
class FormerUsername:
    """Addresses with `username` lead on to the account's name of today until `until`."""

    username: str
    until: datetime


def former_usernames(account_id: int) -> list[FormerUsername]:
    """The oldest first."""
    return [FormerUsername(*found) for found in rows(FORMER, account_id)]
