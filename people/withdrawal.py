"""When what Spotify told about a listener is deleted, because the listener seems to have withdrawn the consent there.

Spotify's terms ask for that within five days. It answers the same for a consent that was withdrawn, for one whose six
months are over, and now and then for one that goes on. So nothing is deleted that was not tried again, and nothing at
all where the six months were over, for then the listener has asked for nothing.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from db.engine.connection import row
from people.accounts import Account
from people.consent import consent_ends

DAYS = timedelta(days=5)  # Spotify: Developer Terms, V and Appendix A, 5(c), version 10, 2025-05-15
# Should Spotify count six months as 180 days, an end of that kind must not be taken for a withdrawal.
MARGIN = timedelta(days=5)
OF_ACCOUNT = "SELECT authorised_at, consent_ended_at, deletion_put_off_to FROM account WHERE id = %s"


def goes_at(
    authorised_at: datetime | None, ended_at: datetime | None, put_off_to: datetime | None = None
) -> datetime | None:
    """When it goes; None where the consent goes on, or its time was over when it ended, or nobody knows that time."""
    if authorised_at is None or ended_at is None or ended_at >= consent_ends(authorised_at) - MARGIN:
        return None
    return max(ended_at + DAYS, put_off_to or ended_at)


def account_goes_at(account_id: int) -> datetime | None:
    """The same for an account."""
    return goes_at(*(row(OF_ACCOUNT, account_id) or (None, None, None)))


def data_goes_at(account: Account, *, keep_after_disconnect: bool) -> datetime | None:
    """The same, and None where whoever runs this has decided that nothing goes."""
    if keep_after_disconnect or not account.reconnect_needed:
        return None
    return goes_at(account.authorised_at, account.consent_ended_at, account.deletion_put_off_to)


def deletion_sentence(username: str, at: datetime, zone: str) -> str:
    """What happens unless the listener connects again, with the date on the calendar of `zone`."""
    return (
        f"Otherwise what Spotify has told about {username} is deleted on {date_in_words(at, ZoneInfo(zone))}, as "
        "Spotify's terms ask where a consent was withdrawn; what was imported stays."
    )


def deletion_warnings(accounts: Iterable[Account], *, keep_after_disconnect: bool) -> list[str]:
    """A sentence where anything goes, which says of how many accounts and not of which."""
    dates = [data_goes_at(account, keep_after_disconnect=keep_after_disconnect) for account in accounts]
    due = sorted(date for date in dates if date)
    if not due:
        return []
    first = date_in_words(due[0], UTC)
    whose = f"1 account is deleted on {first}" if len(due) == 1 else f"{len(due)} accounts is deleted from {first} on"
    return [f"What Spotify has told about {whose} (UTC), unless the consent is given again before."]


def date_in_words(at: datetime, zone: tzinfo) -> str:
    """As in 5 November 2026."""
    return f"{at.astimezone(zone):%d %B %Y}".lstrip("0")
