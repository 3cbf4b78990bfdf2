"""When Spotify's data about a listener is deleted because the listener seems to have withdrawn the consent on Spotify.

Spotify's terms require that within five days. Spotify answers the same for a consent that was withdrawn, for one whose
six months are over, and sometimes for one that is in force. So nothing is deleted unless Spotify has refused again, and
nothing at all after the six months, because then the listener has not asked for it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import msgspec

from db.engine.records import record
from people.accounts import Account
from people.consent import consent_ends

DAYS = timedelta(days=5)  # Spotify: Developer Terms, V and Appendix A, 5(c), version 10, 2025-05-15
# If Spotify counts six months as 180 days, such an end must not look like a withdrawal.
MARGIN = timedelta(days=5)
OF_ACCOUNT = "SELECT authorised_at, consent_ended_at, deletion_put_off_to FROM account WHERE id = %s"


class _Consent(msgspec.Struct, frozen=True):
    authorised_at: datetime | None
    consent_ended_at: datetime | None
    deletion_put_off_to: datetime | None


def deleted_at(
    authorised_at: datetime | None, ended_at: datetime | None, put_off_to: datetime | None = None
) -> datetime | None:
    """When data is deleted; None if the consent is in force, had expired when it ended, or has an unknown date."""
    if authorised_at is None or ended_at is None or ended_at >= consent_ends(authorised_at) - MARGIN:
        return None
    return max(ended_at + DAYS, put_off_to or ended_at)


def account_data_deleted_at(account_id: int) -> datetime | None:
    """The same for an account, by its id."""
    consent = record(_Consent, OF_ACCOUNT, (account_id,))
    return deleted_at(consent.authorised_at, consent.consent_ended_at, consent.deletion_put_off_to) if consent else None


def data_deleted_at(account: Account, *, keep_after_disconnect: bool) -> datetime | None:
    """The same; None if the operator has set KEEP_AFTER_DISCONNECT."""
    if keep_after_disconnect or not account.reconnect_needed:
        return None
    return deleted_at(account.authorised_at, account.consent_ended_at, account.deletion_put_off_to)


def deletion_sentence(username: str, at: datetime, zone: str) -> str:
    """What happens unless the listener connects again, with the date in the time zone `zone`."""
    return (
        f"Otherwise Insight deletes Spotify's data about {username} on {date_in_words(at, ZoneInfo(zone))}, as "
        "Spotify's terms require when a consent is withdrawn; imports stay."
    )


def deletion_warnings(accounts: Iterable[Account], *, keep_after_disconnect: bool) -> list[str]:
    """A sentence if any data will be deleted: it says how many accounts are concerned, but not which."""
    dates = [data_deleted_at(account, keep_after_disconnect=keep_after_disconnect) for account in accounts]
    due = sorted(date for date in dates if date)
    if not due:
        return []
    first = date_in_words(due[0], UTC)
    whose = f"1 account is deleted on {first}" if len(due) == 1 else f"{len(due)} accounts is deleted from {first} on"
    return [f"Spotify's data about {whose} (UTC), unless the consent is renewed before then."]


def date_in_words(at: datetime, zone: tzinfo) -> str:
    """For example 5 November 2026."""
    return f"{at.astimezone(zone):%d %B %Y}".lstrip("0")
