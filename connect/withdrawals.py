"""Delete Spotify's data about listeners who withdrew their consent, once Spotify has confirmed that repeatedly."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum, auto

from connect.session import Spotify
from db.account_changes.api_data import forget_api_data
from db.engine.cipher import WrongKey
from db.engine.connection import database
from db.engine.locks import account_lock, import_lock, wait_for_lists_lock, wait_for_plays_lock
from db.people.accounts import AccountError, bump_data_version
from db.people.consent import put_deletion_off, still_ended
from db.plays.matching import settle_plays
from people.accounts import Account, all_accounts
from people.actors import note
from people.ended_consents import EndedConsent, ended_consent, ended_consents, incident_of
from spotify.errors import Reconnect, SpotifyError

A_DAY = timedelta(days=1)  # postpones a deletion, as often as necessary
RECENT = timedelta(hours=26)  # the age of the last daily retry, which counts if there is no app for another one

GOES_ON = "Spotify accepts the consent again, so collecting continues and nothing is deleted"
NOT_TRIED = "Spotify has not confirmed again that the consent has ended"
TOGETHER = (
    "the consents of {count} connected accounts ended within an hour, which may be a mistake of Spotify's, and Spotify "
    "has not refused all of them again since"
)


class Answer(Enum):
    """The result of retrying a consent."""

    GOES_ON = auto()
    ENDED = auto()
    UNKNOWN = auto()


def forget_withdrawn(now: datetime, spotify: Spotify | None) -> Iterator[str]:
    """Delete what is due, and yield a line about each account for people. Needs an open connection.

    Each consent is retried right before. Without `spotify`, the last daily retry counts.
    """
    ended, accounts = ended_consents(), {account.id: account for account in all_accounts()}
    due = [consent for consent in ended if consent.is_due(now)]
    incidents = {consent.account_id: incident_of(consent, ended) for consent in due}
    answers = {consent.account_id: _retry(consent, accounts[consent.account_id], now, spotify) for consent in due}
    doubts = {
        consent.account_id: _why_not_yet(answers[consent.account_id], incidents[consent.account_id]) for consent in due
    }
    for consent in due:
        if answers[consent.account_id] is Answer.GOES_ON:
            yield f"{consent.username}: {GOES_ON}"
        elif why := doubts[consent.account_id]:
            put_deletion_off(consent.account_id, now + A_DAY)
            until = f"{now + A_DAY:%Y-%m-%d %H:%M} UTC"
            yield f"{consent.username}: nothing is deleted yet, because {why}; postponed to {until}"
        elif line := _forget(consent):
            yield line


def _retry(consent: EndedConsent, account: Account, now: datetime, spotify: Spotify | None) -> Answer:
    if spotify is None:
        return Answer.ENDED if consent.refused_well_after and consent.refused_at + RECENT >= now else Answer.UNKNOWN
    try:
        spotify.try_again(account)
    except Reconnect:
        return Answer.ENDED
    except (SpotifyError, WrongKey, AccountError):
        return Answer.UNKNOWN
    return Answer.GOES_ON


def _why_not_yet(answer: Answer, incident: list[EndedConsent]) -> str:
    """Empty if the end of the consent is certain enough."""
    if answer is Answer.UNKNOWN:
        return NOT_TRIED
    others = [ended_consent(other.account_id) for other in incident if not other.disabled]
    if all(other is not None and other.refused_well_after for other in others):
        return ""
    return TOGETHER.format(count=len(incident))


def _forget(consent: EndedConsent) -> str | None:
    """None if the consent is valid again by now, or the account is gone."""
    account_id = consent.account_id
    with account_lock(account_id), import_lock(account_id), database.atomic():
        wait_for_lists_lock(account_id)
        wait_for_plays_lock(account_id)
        if not still_ended(account_id, consent.ended_at):
            return None
        span = forget_api_data(account_id)
        if span:
            settle_plays(account_id, span.start, span.end, tracks=None)
        bump_data_version(account_id)
    plays = span.plays if span else 0
    note("disconnected", consent.username, plays=plays)
    return (
        f"{consent.username}: deleted {plays} plays from Spotify's API, because the listener withdrew consent on "
        "Spotify; imports and settings stay"
    )
