"""Tell people that a consent is about to end, or has ended: each thing once for each consent, by each channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from db.engine.connection import connected, database
from db.people.notices import note_told
from notify.channels import Channel
from people.accounts import Account, all_accounts
from people.consent import consent_of
from people.withdrawal import data_goes_at, date_in_words, deletion_sentence

ENDS = {"ends_soon", "ends_very_soon"}


@dataclass(frozen=True, slots=True)
class Notice:
    """`about` is when the consent was given; `kind` how it stands, or "deletion" where data goes because of its end."""

    account_id: int
    username: str
    kind: str
    about: datetime
    title: str
    body: str


def due_notices(now: datetime, our_address: str, *, keep_after_disconnect: bool) -> list[Notice]:
    """What is to be told now, whether it has been or not; needs an open connection.

    `our_address` is where browsers find the service; `keep_after_disconnect`: no data goes where consent was withdrawn.
    """
    found = []
    for account in all_accounts():
        consent = consent_of(account, now)
        link = _renewing(our_address, account.username)
        if account.disabled:
            continue
        if consent.ends_at and consent.state in ENDS:
            found.append(_ends(account, consent.state, consent.ends_at, now, link))
        elif reason := account.reconnect_reason:  # by Spotify's word: collecting has just tried
            goes_at = data_goes_at(account, keep_after_disconnect=keep_after_disconnect)
            found.append(_ended(account, reason, link, goes_at))
    return found


def _renewing(our_address: str, username: str) -> str:
    """Through signing in, of which Spotify asks nothing, to the page on which one click gives consent."""
    query = urlencode({"username": username, "next": f"/connect?username={username}"})
    return f"{our_address}/sign-in/spotify?{query}"


def _ends(account: Account, kind: str, ends_at: datetime, now: datetime, link: str) -> Notice:
    days = (ends_at - now).days
    when = f"in {days} {'day' if days == 1 else 'days'}" if days else "within a day"
    return Notice(
        account.id,
        account.username,
        kind,
        _given(account),
        f"{account.username}: Spotify's consent ends {when}",
        f"A consent lasts six months; that of {account.username} ends on {_date(account, ends_at)}. Renew it with one "
        f"click: {link} - then nothing is lost.",
    )


def _ended(account: Account, reason: str, link: str, goes_at: datetime | None) -> Notice:
    title = f"{account.username}: nothing is collected any more"
    body = f"{reason} Connect again at {link} - Spotify shows the newest 50 plays only, so every day counts."
    if goes_at is None:
        return Notice(account.id, account.username, "ended", _given(account), title, body)
    body += f" {deletion_sentence(account.username, goes_at, account.zones.at(goes_at))}"
    return Notice(account.id, account.username, "deletion", _given(account), title, body)


def _given(account: Account) -> datetime:
    return account.authorised_at or account.created_at


def _date(account: Account, instant: datetime) -> str:
    """As the calendar of the listener has it, in English."""
    return date_in_words(instant, ZoneInfo(account.zones.at(instant)))


def send_notices(notices: Sequence[Notice], channels: Sequence[Channel]) -> Iterator[str]:
    """Tell what has not been told; a line for a person about each. What cannot be sent is left to the next run."""
    for notice in notices:
        for channel in channels:
            with connected():
                line = _sent(notice, channel)
            if line:
                yield line


def _sent(notice: Notice, channel: Channel) -> str | None:
    with database.atomic() as telling:
        if not note_told(notice.account_id, notice.kind, notice.about, channel.digest):
            return None
        if channel.send(notice.title, notice.body):
            return f"{notice.title}; address {channel.number} of NOTIFY_URLS was told"
        telling.rollback()
        return f"{notice.title}; address {channel.number} of NOTIFY_URLS takes no notices now, the next run tries again"
