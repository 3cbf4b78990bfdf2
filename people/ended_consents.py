"""Consents that Spotify says have ended: when to try each again, and whether so many at once are Spotify's mistake.

Spotify has refused every consent of a service for an hour, though all went on (2022-03-19 and 2024-08-20).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine.connection import row, rows
from people.consent import consent_ends
from people.withdrawal import goes_at

# A little less than an hour and a day: whoever tries comes round every hour, and not to the second.
SOON, DAILY = timedelta(minutes=50), timedelta(hours=23)
HOURLY = timedelta(hours=1)  # whoever deletes comes round so often, and is not to be late
TOGETHER = timedelta(hours=1)  # what ends within it has ended at once
SHARE = 1 / 3  # of the connected accounts: more than so many at once are an incident
WELL_AFTER = timedelta(hours=20)  # after an end, a refusal is another answer, and no echo of the first

COLUMNS = """
    account.id, username, authorised_at, consent_ended_at, coalesce(consent_refused_at, consent_ended_at),
    deletion_put_off_to, disabled_at IS NOT NULL
"""
ENDED = f"""
    SELECT {COLUMNS} FROM account
    WHERE consent_ended_at IS NOT NULL AND refresh_token IS NOT NULL AND deletion_began_at IS NULL ORDER BY id
"""
ENDED_ONE = f"SELECT {COLUMNS} FROM account WHERE id = %s AND consent_ended_at IS NOT NULL"
CONNECTED = "SELECT count(*) FROM account WHERE refresh_token IS NOT NULL AND deletion_began_at IS NULL"


@dataclass(frozen=True, slots=True)
class EndedConsent:
    """`ended_at` is Spotify's first refusal, `refused_at` its last so far."""

    account_id: int
    username: str
    authorised_at: datetime | None
    ended_at: datetime
    refused_at: datetime
    put_off_to: datetime | None
    disabled: bool

    @property
    def goes_at(self) -> datetime | None:
        """When what Spotify told is deleted; None where it stays."""
        return goes_at(self.authorised_at, self.ended_at, self.put_off_to)

    @property
    def refused_well_after(self) -> bool:
        """Whether Spotify has said so on another day too."""
        return self.refused_at >= self.ended_at + WELL_AFTER

    def is_due(self, now: datetime) -> bool:
        """Whether what Spotify told is to go before anybody comes round again."""
        return self.goes_at is not None and self.goes_at - HOURLY <= now

    def retry_is_due(self, now: datetime) -> bool:
        """An hour after the end and then daily, until the six months are over, which nothing prolongs."""
        if self.authorised_at is not None and now >= consent_ends(self.authorised_at):
            return False
        return now >= self.refused_at + (SOON if self.refused_at <= self.ended_at else DAILY)


def ended_consents() -> list[EndedConsent]:
    """Of all accounts whose keys are still here."""
    return [EndedConsent(*columns) for columns in rows(ENDED)]


def ended_consent(account_id: int) -> EndedConsent | None:
    """None where it goes on, as far as anybody knows."""
    columns = row(ENDED_ONE, account_id)
    return EndedConsent(*columns) if columns else None


def incident_of(one: EndedConsent, ended: Sequence[EndedConsent]) -> list[EndedConsent]:
    """Those that ended together with it, itself among them, where so many make Spotify's mistake likely; else none."""
    together = [each for each in ended if abs(each.ended_at - one.ended_at) <= TOGETHER]
    (connected,) = row(CONNECTED) or (0,)
    return together if len(together) > 1 and len(together) > connected * SHARE else []
