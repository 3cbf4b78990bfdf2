"""The status of an account as JSON, for its listener and for administrators."""

from collections.abc import Sequence
from datetime import datetime

from people.accounts import Account
from people.consent import consent_of
from people.former_usernames import FormerUsername
from web.http.json_shapes import maybe_utc, utc


def consent_shape(account: Account, now: datetime, goes_at: datetime | None) -> dict[str, object]:
    """`goes_at` is when Spotify's data is deleted, because the consent was withdrawn."""
    consent = consent_of(account, now)
    return {
        "state": consent.state,
        "authorised_at": maybe_utc(account.authorised_at),
        "ends_at": maybe_utc(consent.ends_at),
        "days_left": consent.days_left,
        "spotify_data_deleted_at": maybe_utc(goes_at),
    }


def standing_shape(
    account: Account, former: Sequence[FormerUsername], now: datetime, goes_at: datetime | None
) -> dict[str, object]:
    *moves, (_, zone_before) = account.zones.moves
    first = {"since": None, "time_zone": zone_before}
    return {
        "visibility": account.visibility,
        "disabled": account.disabled,
        "consent": consent_shape(account, now, goes_at),
        "time_zones": [*({"since": utc(since), "time_zone": zone} for since, zone in moves), first],
        "former_usernames": [{"username": name.username, "until": utc(name.until)} for name in former],
    }
