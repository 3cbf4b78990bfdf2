"""Delete what Spotify told about listeners who withdrew the consent there, once Spotify has said so more than once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum, auto

import audit
from connect.session import Spotify
from db.account_changes.api_data import forget_api_data
from db.engine.cipher import WrongKey
from db.engine.connection import database
from db.engine.locks import account_lock, import_lock, wait_for_lists_lock, wait_for_plays_lock
from db.people.accounts import AccountError, bump_data_version
from db.people.consent import put_deletion_off, still_ended
from db.plays.matching import settle_plays
from people.accounts import Account, all_accounts
from people.ended_consents import EndedConsent, ended_consent, ended_consents, incident_of
from spotify.errors import Reconnect, SpotifyError

A_DAY = timedelta(days=1)  # by which a deletion is put off, as often as need be
LATELY = timedelta(hours=26)  # the last daily try, where there is no app to try once more by

GOES_ON = "Spotify takes the consent again, so everything goes on as before and nothing is deleted"
NOT_TRIED = "Spotify has not been asked again whether the consent has ended"
TOGETHER = (
    "{count} of the connected accounts ended within an hour of each other, which can be Spotify's mistake, and not all "
    "of them have been refused again since"
)


class Answer(Enum):
    """What came of trying a consent once more."""

    GOES_ON = auto()
    ENDED = auto()
    UNKNOWN = auto()


def forget_withdrawn(now: datetime, spotify: Spotify | None) -> Iterator[str]:
    """Delete what is due, and yield a line about each account for a person; needs an open connection.

    Each is tried once more right before. Without `spotify` the last daily try has to do.
    """
    ended, accounts = ended_consents(), {account.id: account for account in all_accounts()}
    due = [one for one in ended if one.is_due(now)]
    incidents = {one.account_id: incident_of(one, ended) for one in due}
    answers = {one.account_id: _tried(one, accounts[one.account_id], now, spotify) for one in due}
    doubts = {one.account_id: _why_not_yet(answers[one.account_id], incidents[one.account_id]) for one in due}
    for one in due:
        if answers[one.account_id] is Answer.GOES_ON:
            yield f"{one.username}: {GOES_ON}"
        elif why := doubts[one.account_id]:
            put_deletion_off(one.account_id, now + A_DAY)
            yield f"{one.username}: nothing is deleted yet, because {why}; put off to {now + A_DAY:%Y-%m-%d %H:%M} UTC"
        elif line := _forget(one):
            yield line


def _tried(one: EndedConsent, account: Account, now: datetime, spotify: Spotify | None) -> Answer:
    if spotify is None:
        return Answer.ENDED if one.refused_well_after and one.refused_at + LATELY >= now else Answer.UNKNOWN
    try:
        spotify.try_again(account)
    except Reconnect:
        return Answer.ENDED
    except (SpotifyError, WrongKey, AccountError):
        return Answer.UNKNOWN
    return Answer.GOES_ON


def _why_not_yet(answer: Answer, incident: list[EndedConsent]) -> str:
    """Empty where it is certain enough."""
    if answer is Answer.UNKNOWN:
        return NOT_TRIED
    others = [ended_consent(other.account_id) for other in incident if not other.disabled]
    if all(other is not None and other.refused_well_after for other in others):
        return ""
    return TOGETHER.format(count=len(incident))


def _forget(one: EndedConsent) -> str | None:
    """None where the consent goes on, or the account does not, by now."""
    account_id = one.account_id
    with account_lock(account_id), import_lock(account_id), database.atomic():
        wait_for_lists_lock(account_id)
        wait_for_plays_lock(account_id)
        if not still_ended(account_id, one.ended_at):
            return None
        span = forget_api_data(account_id)
        if span:
            settle_plays(account_id, span.start, span.end, tracks=None)
        bump_data_version(account_id)
    plays = span.plays if span else 0
    audit.note("disconnected", one.username, plays=plays)
    return (
        f"{one.username}: {plays} plays that Spotify's API had told are deleted, because the listener withdrew the "
        "consent on Spotify; what was imported and decided here stays"
    )
