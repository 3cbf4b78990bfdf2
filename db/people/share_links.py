"""Links that a listener shares: whoever has one may ask what it was made for, until it expires or is revoked."""

from dataclasses import dataclass

from db.engine.connection import row, rows
from db.people.accounts import AccountError
from db.people.secrets import LINK, IssuedSecret, new_secret

MOST_DAYS = 366

MAKE = """
    INSERT INTO share_link (account_id, token_hash, question, period, redacted, expires_at)
    VALUES (%s, %s, %s, %s, %s, now() + %s * interval '1 day')
    RETURNING id
"""
TAKE_BACK = """
    UPDATE share_link SET revoked_at = now() WHERE account_id = %s AND id = %s AND revoked_at IS NULL RETURNING id
"""


@dataclass(frozen=True, slots=True)
class LinkScope:
    """What a link shows. `questions` are first words of addresses and `period` is its name; None: any.

    `redacted`: totals only, without single plays, places and devices.
    """

    questions: tuple[str, ...] | None = None
    period: str | None = None
    redacted: bool = False

    @property
    def as_stored(self) -> str | None:
        """The questions, separated by commas, which no question's name contains."""
        return None if self.questions is None else ",".join(self.questions)


def make_link(account_id: int, scope: LinkScope, days: int) -> IssuedSecret:
    """Create a link that works for this number of days; its text is stored nowhere. Raises AccountError."""
    if not 1 <= days <= MOST_DAYS:
        raise AccountError(f"A link works for 1 to {MOST_DAYS} days.")
    secret = new_secret(LINK, account_id)
    ((number,),) = rows(MAKE, account_id, secret.hash, scope.as_stored, scope.period, scope.redacted, days)
    return IssuedSecret(int(number), secret)


def take_back_link(account_id: int, link_id: int) -> None:
    """Revoke the link. Raises AccountError."""
    if row(TAKE_BACK, account_id, link_id) is None:
        raise AccountError(f"There is no link {link_id} that could be revoked; the list of links shows their numbers.")
