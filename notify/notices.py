"""Notify people that a consent is about to end, or has ended: once per consent, kind and channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from db.engine.connection import connected, database
from db.people.notices import note_sent
from notify.channels import Channel
from people.accounts import Account, all_accounts
from people.consent import consent_of
from people.withdrawal import data_deleted_at, date_in_words, deletion_sentence

ENDS = {"ends_soon", "ends_very_soon"}


@dataclass(frozen=True, slots=True)
class Notice:
    """`about` is when the consent was given; `kind` its state, or "deletion" if its end will delete data."""

    account_id: int
    username: str
    kind: str
    about: datetime
    title: str
    body: str


def due_notices(now: datetime, our_address: str, *, keep_after_disconnect: bool) -> list[Notice]:
    """All notices that are due now, sent or not. Needs an open connection.

    `our_address` is where browsers find the service; `keep_after_disconnect`: data stays when consent is withdrawn.
    """
    notices = []
    for account in all_accounts():
        consent = consent_of(account, now)
        link = _renewing(our_address, account.username)
        if account.disabled:
            continue
        if consent.ends_at and consent.state in ENDS:
            notices.append(_ends(account, consent.state, consent.ends_at, now, link))
        elif reason := account.reconnect_reason:  # from Spotify: collecting has just tried
            deleted_at = data_deleted_at(account, keep_after_disconnect=keep_after_disconnect)
            notices.append(_ended(account, reason, link, deleted_at))
    return notices


def _renewing(our_address: str, username: str) -> str:
    """The link to renew a consent: it signs in through Spotify, and leads to a page where one click is enough."""
    query = urlencode({"username": username, "next": f"/connect?username={username}"})
    return f"{our_address}/sign-in/spotify?{query}"


def _ends(account: Account, kind: str, ends_at: datetime, now: datetime, link: str) -> Notice:
    days = (ends_at - now).days
    when = f"in {days} {'day' if days == 1 else 'days'}" if days else "within a day"
    return Notice(
        account.id,
        account.username,
        kind,
        _consented_at(account),
        f"{account.username}: consent on Spotify ends {when}",
        f"A consent lasts six months; the consent of {account.username} ends on {_date(account, ends_at)}. Renew it "
        f"with one click, so that no plays are lost: {link}",
    )


def _ended(account: Account, reason: str, link: str, deleted_at: datetime | None) -> Notice:
    title = f"{account.username}: collecting has stopped"
    body = f"{reason} Connect again soon, because Spotify shows only the newest 50 plays: {link}"
    if deleted_at is None:
        return Notice(account.id, account.username, "ended", _consented_at(account), title, body)
    body += f" {deletion_sentence(account.username, deleted_at, account.zones.at(deleted_at))}"
    return Notice(account.id, account.username, "deletion", _consented_at(account), title, body)


def _consented_at(account: Account) -> datetime:
    return account.authorised_at or account.created_at


def _date(account: Account, instant: datetime) -> str:
    """The date in English, by the listener's own calendar."""
    return date_in_words(instant, ZoneInfo(account.zones.at(instant)))


def send_notices(notices: Sequence[Notice], channels: Sequence[Channel]) -> Iterator[str]:
    """Send the notices that have not been sent, and yield a line about each. The next run retries those that fail."""
    for notice in notices:
        for channel in channels:
            with connected():
                line = _send(notice, channel)
            if line:
                yield line


def _send(notice: Notice, channel: Channel) -> str | None:
    with database.atomic() as transaction:
        if not note_sent(notice.account_id, notice.kind, notice.about, channel.digest):
            return None
        if channel.send(notice.title, notice.body):
            return f"{notice.title}; sent to address {channel.number} in NOTIFY_URLS"
        transaction.rollback()
        return f"{notice.title}; address {channel.number} in NOTIFY_URLS does not respond; the next run tries again"
