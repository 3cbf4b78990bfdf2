"""Usernames that an account had until recently, and until when addresses with them still work."""

from datetime import datetime

import msgspec

from db.engine.records import records

FORMER = "SELECT username, until FROM former_username WHERE account_id = %s AND until > now() ORDER BY until, username"


class FormerUsername(msgspec.Struct, frozen=True):
    """Addresses with `username` redirect to the current username until `until`."""

    username: str
    until: datetime


def former_usernames(account_id: int) -> list[FormerUsername]:
    """The former usernames of an account, the first to end first."""
    return records(FormerUsername, FORMER, (account_id,))
