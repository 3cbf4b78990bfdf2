"""Create, pause, test and delete the webhooks of an account."""

import base64
import secrets
from collections.abc import Collection

import msgspec

from db.engine.cipher import Cipher
from db.people.accounts import BadValue
from db.webhooks import webhooks
from db.webhooks.outbox import EVENTS, record_test
from people.accounts import Account
from people.actors import Actor, note
from people.webhooks.addresses import checked_address

PREFIX, BYTES = "whsec_", 32  # of a secret, as Standard Webhooks has them


class MadeWebhook(msgspec.Struct, frozen=True):
    """`secret` signs its deliveries, and is shown only now."""

    number: int
    secret: str


def make_webhook(
    account: Account,
    address: str,
    events: Collection[str],
    cipher: Cipher,
    private_hosts: Collection[str],
    by: Actor | None = None,
) -> MadeWebhook:
    """Send these events to `address` from now on. Raises BadValue and AccountError."""
    if not events or not set(events) <= set(EVENTS):
        raise BadValue("events", f"Choose at least one of the events {', '.join(EVENTS)}.")
    chosen = [event for event in EVENTS if event in events]
    secret = PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()
    number = webhooks.make_webhook(account.id, checked_address(address, private_hosts), chosen, secret, cipher)
    note("webhook-made", account.username, by, webhook=number, events=", ".join(chosen))
    return MadeWebhook(number, secret)


def pause_webhook(account: Account, number: int, by: Actor | None = None) -> None:
    """Send it none of the events that happen until it is resumed. Raises AccountError."""
    webhooks.pause_webhook(account.id, number)
    note("webhook-paused", account.username, by, webhook=number)


def resume_webhook(account: Account, number: int, by: Actor | None = None) -> None:
    """Raises AccountError."""
    webhooks.resume_webhook(account.id, number)
    note("webhook-resumed", account.username, by, webhook=number)


def delete_webhook(account: Account, number: int, by: Actor | None = None) -> None:
    """Raises AccountError."""
    webhooks.delete_webhook(account.id, number)
    note("webhook-deleted", account.username, by, webhook=number)


def try_webhook(account: Account, number: int, by: Actor | None = None) -> None:
    """Send it a test event, which shows whether its address can be reached. Raises AccountError."""
    webhooks.check_webhook(account.id, number)
    record_test(account.id, number, account.username)
    note("webhook-tested", account.username, by, webhook=number)
