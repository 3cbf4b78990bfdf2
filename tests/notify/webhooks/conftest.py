"""An account with a webhook on this machine, and a way to deliver to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from db.engine.cipher import Cipher
from db.engine.connection import connected
from db.webhooks.outbox import EVENTS
from db.webhooks.webhooks import Delivery, deliveries_of
from notify.webhooks.delivering import deliver_due
from notify.webhooks.sending import Sender
from people.accounts import account_named
from people.webhooks.changes import MadeWebhook, make_webhook
from tests.notify.webhooks.receiver import Receiver, receiving
from tests.web import seed

PRIVATE = frozenset({"127.0.0.1"})


@dataclass
class Hooked:
    """Alice's webhook, which leads to `receiver`; `clock` is the time for the deliverer."""

    account_id: int
    receiver: Receiver
    made: MadeWebhook
    cipher: Cipher
    clock: datetime
    private: frozenset[str] = PRIVATE

    def deliver(self) -> tuple[int, int]:
        """(how many were delivered, how many attempts failed)."""
        return deliver_due(Sender(self.cipher, self.private, lambda: self.clock))

    def log(self) -> list[Delivery]:
        """The deliveries, the newest first."""
        with connected():
            return deliveries_of(self.account_id)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as result:
        yield result


@pytest.fixture
def hooked(database_url: str, receiver: Receiver) -> Hooked:
    account_id, cipher = seed.account(), Cipher("k" * 32)
    with connected():
        made = make_webhook(account_named("alice"), receiver.address, EVENTS, cipher, PRIVATE)
    return Hooked(account_id, receiver, made, cipher, datetime.now(UTC))
