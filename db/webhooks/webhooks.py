"""Create, pause and delete webhooks; list them and their deliveries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from db.engine.cipher import Cipher
from db.engine.connection import database, row
from db.engine.records import records
from db.people.accounts import AccountError
from db.webhooks.outbox import Event

MOST = 5  # of an account
LOGGED = 50  # deliveries that are listed
# Of two programs that make webhooks at once, the second one waits here.
LOCK = "SELECT FROM account WHERE id = %s FOR NO KEY UPDATE"
MAKE = """
    INSERT INTO webhook (account_id, address, events, secret)
    SELECT %(account)s, %(address)s, %(events)s, %(secret)s
    WHERE (SELECT count(*) FROM webhook WHERE account_id = %(account)s) < %(most)s
    RETURNING id
"""
PAUSE = "UPDATE webhook SET paused_at = least(paused_at, now()) WHERE account_id = %s AND id = %s RETURNING id"
RESUME = "UPDATE webhook SET paused_at = NULL WHERE account_id = %s AND id = %s RETURNING id"
DELETE = "DELETE FROM webhook WHERE account_id = %s AND id = %s RETURNING id"
ANY = "SELECT id FROM webhook LIMIT 1"
EXISTS = "SELECT id FROM webhook WHERE account_id = %s AND id = %s"
LIST = """
    SELECT webhook.id, address, events, created_at, paused_at,
        (SELECT count(*) FROM webhook_delivery waiting WHERE waiting.account_id = webhook.account_id
            AND waiting.webhook_id = webhook.id AND next_at IS NOT NULL) AS waiting
    FROM webhook WHERE account_id = %s ORDER BY webhook.id
"""
LOG = """
    SELECT id, webhook_id, event_id::text AS event_id, event, created_at, attempts, attempted_at, next_at, delivered_at,
        status, problem
    FROM webhook_delivery WHERE account_id = %s ORDER BY id DESC LIMIT %s
"""


class Webhook(msgspec.Struct, frozen=True):
    """`waiting` counts deliveries that have not been sent yet."""

    id: int
    address: str
    events: list[Event]
    created_at: datetime
    paused_at: datetime | None
    waiting: int


class Delivery(msgspec.Struct, frozen=True):
    """An event sent to a webhook. It is over if there is no `next_at`, and was given up if it was not delivered then.

    `status` is that of the last answer, `problem` a word for what went wrong at the last attempt.
    """

    id: int
    webhook_id: int
    event_id: str
    event: Event | Literal["test"]
    created_at: datetime
    attempts: int
    attempted_at: datetime | None
    next_at: datetime | None
    delivered_at: datetime | None
    status: int | None
    problem: str

    @property
    def is_given_up(self) -> bool:
        return self.next_at is None and self.delivered_at is None


def make_webhook(account_id: int, address: str, events: Sequence[str], secret: str, cipher: Cipher) -> int:
    """Make a webhook; returns its number. Raises AccountError if the account has the maximum."""
    sealed = cipher.seal_text(secret)
    with database.atomic():
        row(LOCK, account_id)
        made = row(MAKE, account=account_id, address=address, events=list(events), secret=sealed, most=MOST)
    if made is None:
        raise AccountError(f"An account can have {MOST} webhooks: delete one first.")
    return int(made[0])


def pause_webhook(account_id: int, number: int) -> None:
    """Send it no events that happen from now on. Raises AccountError."""
    _check(row(PAUSE, account_id, number), number)


def resume_webhook(account_id: int, number: int) -> None:
    """Raises AccountError."""
    _check(row(RESUME, account_id, number), number)


def delete_webhook(account_id: int, number: int) -> None:
    """Delete the webhook with all its deliveries. Raises AccountError."""
    _check(row(DELETE, account_id, number), number)


def check_webhook(account_id: int, number: int) -> None:
    """Raises AccountError if the account has no webhook with this number."""
    _check(row(EXISTS, account_id, number), number)


def _check(webhook: tuple[object, ...] | None, number: int) -> None:
    if webhook is None:
        raise AccountError(f"There is no webhook {number}; the list of webhooks shows their numbers.")


def are_there_any() -> bool:
    """Whether any account has a webhook."""
    return row(ANY) is not None


def webhooks_of(account_id: int) -> list[Webhook]:
    return records(Webhook, LIST, (account_id,))


def deliveries_of(account_id: int, most: int = LOGGED) -> list[Delivery]:
    """The newest first."""
    return records(Delivery, LOG, (account_id, most))
