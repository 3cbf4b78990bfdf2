"""Send one delivery of a webhook, and store the outcome."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bounded_http import Bounds, NoAnswer, post
from db.engine.cipher import Cipher, WrongKey
from db.engine.connection import connected
from db.webhooks.deliveries import ClaimedDelivery, note_delivered, note_failed, note_gone
from notify.webhooks.pinning import NotPublic, UnknownHost, pinned
from notify.webhooks.signing import signed_headers

BOUNDS = Bounds(largest=64 * 1024, seconds=10.0)
CONSTANT = {"content-type": "application/json", "user-agent": "Insight-for-Spotify"}
GONE = 410
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status of the answer, None if there is none; and a word for what went wrong, empty if nothing did."""

    status: int | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """`private_hosts` are those that webhooks may reach although they are not on the public internet."""

    cipher: Cipher
    private_hosts: Collection[str]
    now: Callable[[], datetime]

    def deliver(self, claimed: ClaimedDelivery) -> Outcome:
        """Raises DatabaseUnreachable; then the delivery is tried again."""
        outcome = self._outcome(claimed)
        with connected():
            _store(claimed, self.now(), outcome)
        return outcome

    def _outcome(self, claimed: ClaimedDelivery) -> Outcome:
        try:
            return self._sent(claimed)
        except Exception:
            log.exception("Delivering to webhook %s of account %s failed", claimed.webhook_id, claimed.account_id)
            return Outcome(None, "unexpected")

    def _sent(self, claimed: ClaimedDelivery) -> Outcome:
        body = claimed.body.encode()
        try:
            secret = self.cipher.open_text(claimed.secret)
            headers = signed_headers(secret, claimed.event_id, self.now(), body) | CONSTANT
            status = post(claimed.address, body, headers, BOUNDS, pinned(self.private_hosts))
        except WrongKey:
            return Outcome(None, "key")
        except NotPublic:
            return Outcome(None, "not_public")
        except UnknownHost:
            return Outcome(None, "unknown_host")
        except NoAnswer as error:
            return Outcome(None, "late" if error.is_late else "no_answer")
        return Outcome(status, "" if status in range(200, 300) else "status")


def _store(claimed: ClaimedDelivery, now: datetime, outcome: Outcome) -> None:
    if not outcome.problem and outcome.status:
        note_delivered(claimed, now, outcome.status)
    elif outcome.status == GONE:
        note_gone(claimed, now, GONE)
    else:
        note_failed(claimed, now, outcome.status, outcome.problem)
