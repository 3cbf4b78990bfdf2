"""Queue the events of consents that are about to end or have ended: each once, like notices."""

from collections.abc import Sequence

from db.engine.connection import connected, database
from db.people.notices import note_sent
from db.webhooks.outbox import is_wanted, record_event
from notify.notices import Notice

CHANNEL = "webhooks"


def queue_consent_events(notices: Sequence[Notice]) -> None:
    """Raises DatabaseUnreachable."""
    for notice in notices:
        with connected(), database.atomic():
            _queue(notice)


def _queue(notice: Notice) -> None:
    if not is_wanted(notice.account_id, "consent"):
        return
    if note_sent(notice.account_id, notice.kind, notice.about, CHANNEL):
        data = {"state": notice.kind, "given_at": notice.about, "title": notice.title, "text": notice.body}
        record_event(notice.account_id, "consent", data)
