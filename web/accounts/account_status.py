"""The status of an account as JSON: for its listener, and for administrators."""

from collections.abc import Sequence
from datetime import datetime

from db.people.scan_modes import Scanning
from insights.answers.values import moment
from people.accounts import Account
from people.consent import consent_of
from people.former_usernames import FormerUsername
from web.answer_types.consent import Consent
from web.answer_types.users import Collecting, FormerName, Standing, TimeZoneSince
from web.answer_types.values import maybe_moment


def shown_consent(account: Account, now: datetime, deleted_at: datetime | None) -> Consent:
    """`deleted_at` is when data from Spotify's API is deleted, because the consent was withdrawn."""
    consent = consent_of(account, now)
    return Consent(
        state=consent.state,
        authorised_at=maybe_moment(account.authorised_at),
        ends_at=maybe_moment(consent.ends_at),
        days_left=consent.days_left,
        spotify_data_deleted_at=maybe_moment(deleted_at),
    )


def shown_standing(
    account: Account, former: Sequence[FormerUsername], scanning: Scanning, now: datetime, deleted_at: datetime | None
) -> Standing:
    return Standing(
        visibility=account.visibility,
        disabled=account.disabled,
        consent=shown_consent(account, now, deleted_at),
        time_zones=_time_zones(account),
        collecting=Collecting(scanning.mode, maybe_moment(scanning.paused_since)),
        former_usernames=[FormerName(name.username, moment(name.until)) for name in former],
    )


def _time_zones(account: Account) -> list[TimeZoneSince]:
    """The time zones, the newest first; the last one has no beginning."""
    *moves, (_, zone_before) = account.zones.moves
    return [*(TimeZoneSince(moment(since), zone) for since, zone in moves), TimeZoneSince(None, zone_before)]
