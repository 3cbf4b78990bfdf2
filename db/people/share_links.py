"""Links that a listener gives away: who has one may ask what it was made for, until it expires or is taken back."""

from dataclasses import dataclass

from db.engine.connection import database, row
from db.people.accounts import AccountError
from db.people.secrets import LINK, Secret, new_secret

MOST_DAYS = 366

MAKE = """
    INSERT INTO share_link (account_id, token_hash, question, period, redacted, expires_at)
    VALUES (%s, %s, %s, %s, %s, now() + %s * interval '1 day')
"""
TAKE_BACK = """
    UPDATE share_link SET revoked_at = now() WHERE account_id = %s AND id = %s AND revoked_at IS NULL RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link is for: `question` (the first word of its path) and `period` (its name) are None where it may be any.

    `redacted`: sums only, without single plays, places and devices.
    """

    question: str | None = None
    period: str | None = None
    redacted: bool = False

    def facts(self) -> dict[str, str]:
        """As the audit log tells of it."""
        shows = "sums only" if self.redacted else "everything"
        return {"question": self.question or "any", "period": self.period or "any", "shows": shows}


def make_link(account_id: int, shared: Shared, days: int) -> Secret:
    """A new link, good for so many days; its text can be had only now. Raises AccountError."""
    if not 1 <= days <= MOST_DAYS:
        raise AccountError(f"A link is good for 1 to {MOST_DAYS} days.")
    secret = new_secret(LINK, account_id)
    values = (account_id, secret.hash, shared.question, shared.period, shared.redacted, days)
    database.execute_sql(MAKE, values)
    return secret


def take_back_link(account_id: int, link_id: int) -> None:
    """Let the link lead nowhere from now on. Raises AccountError."""
    if row(TAKE_BACK, account_id, link_id) is None:
        raise AccountError(f"There is no link {link_id} that could be taken back; the list of links has their numbers.")
