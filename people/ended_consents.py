"""Consents that Spotify reports as ended: when to try each again, and whether too many at once are Spotify's mistake.

Spotify has refused every consent of a service for an hour although none had ended (2022-03-19 and 2024-08-20).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from db.engine.connection import row
from db.engine.records import record, records
from people.consent import consent_ends
from people.withdrawal import deleted_at

# A little less than an hour and a day, because the hourly run is not punctual to the second.
SOON, DAILY = timedelta(minutes=50), timedelta(hours=23)
HOURLY = timedelta(hours=1)  # between the runs that delete; no deletion may be late
TOGETHER = timedelta(hours=1)  # consents that end within it have ended together
SHARE = 1 / 3  # of the connected accounts: more than so many at once are an incident
WELL_AFTER = timedelta(hours=20)  # so long after the first refusal, another one is independent of it

COLUMNS = """
    account.id AS account_id, username, authorised_at, consent_ended_at AS ended_at,
    coalesce(consent_refused_at, consent_ended_at) AS refused_at, deletion_put_off_to AS put_off_to,
    disabled_at IS NOT NULL AS disabled
"""
ENDED = f"""
    SELECT {COLUMNS} FROM account
    WHERE consent_ended_at IS NOT NULL AND refresh_token IS NOT NULL AND deletion_began_at IS NULL ORDER BY id
"""
ENDED_ONE = f"SELECT {COLUMNS} FROM account WHERE id = %s AND consent_ended_at IS NOT NULL"
CONNECTED = "SELECT count(*) FROM account WHERE refresh_token IS NOT NULL AND deletion_began_at IS NULL"


class EndedConsent(msgspec.Struct, frozen=True):
    """`ended_at` is Spotify's first refusal, `refused_at` its last so far."""

    account_id: int
    username: str
    authorised_at: datetime | None
    ended_at: datetime
    refused_at: datetime
    put_off_to: datetime | None
    disabled: bool

    @property
    def deleted_at(self) -> datetime | None:
        """When Spotify's data is deleted; None: it stays."""
        return deleted_at(self.authorised_at, self.ended_at, self.put_off_to)

    @property
    def refused_well_after(self) -> bool:
        """Whether Spotify has refused it on another day too."""
        return self.refused_at >= self.ended_at + WELL_AFTER

    def is_due(self, now: datetime) -> bool:
        """Whether Spotify's data has to be deleted before the next hourly run."""
        return self.deleted_at is not None and self.deleted_at - HOURLY <= now

    def retry_is_due(self, now: datetime) -> bool:
        """An hour after the end and then daily, until the six months are over, which nothing prolongs."""
        if self.authorised_at is not None and now >= consent_ends(self.authorised_at):
            return False
        return now >= self.refused_at + (SOON if self.refused_at <= self.ended_at else DAILY)


def ended_consents() -> list[EndedConsent]:
    """The ended consents of all accounts whose tokens are still stored."""
    return records(EndedConsent, ENDED)


def ended_consent(account_id: int) -> EndedConsent | None:
    """The ended consent of an account; None if the consent is in force, as far as we know."""
    return record(EndedConsent, ENDED_ONE, (account_id,))


def incident_of(consent: EndedConsent, ended: Sequence[EndedConsent]) -> list[EndedConsent]:
    """All that ended together with `consent`, if there are so many that Spotify is probably wrong, or else none."""
    together = [each for each in ended if abs(each.ended_at - consent.ended_at) <= TOGETHER]
    (connected,) = row(CONNECTED) or (0,)
    return together if len(together) > 1 and len(together) > connected * SHARE else []
