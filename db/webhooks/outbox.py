"""The outbox of webhooks: written in the transaction of the event, so that a kill neither loses nor doubles one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, get_args
from uuid import UUID, uuid4

import msgspec

from db.engine.connection import database
from db.engine.records import record

Event = Literal["play", "list", "milestone", "import", "consent", "gap"]
EVENTS: tuple[Event, ...] = get_args(Event)
TEST = "test"  # the event of a test delivery, which goes to one webhook only
WANTED = """
    SELECT username, now() AS now FROM account
    WHERE id = %s AND disabled_at IS NULL AND EXISTS (
        SELECT FROM webhook WHERE account_id = account.id AND %s = ANY(events) AND paused_at IS NULL)
"""
RECORD = """
    INSERT INTO webhook_delivery (account_id, webhook_id, event_id, event, body)
    SELECT account_id, webhook.id, happened.event_id, %(event)s, happened.body
    FROM webhook CROSS JOIN unnest(%(ids)s::uuid[], %(bodies)s::text[]) WITH ORDINALITY
        AS happened (event_id, body, place)
    WHERE account_id = %(account)s AND %(event)s = ANY(events) AND paused_at IS NULL
    ORDER BY place
    ON CONFLICT (account_id, webhook_id, event_id) DO NOTHING
"""
TEST_ONE = """
    INSERT INTO webhook_delivery (account_id, webhook_id, event_id, event, body)
    SELECT %(account)s, %(webhook)s, %(id)s::uuid, %(event)s, %(body)s WHERE NOT EXISTS (
        SELECT FROM webhook_delivery WHERE account_id = %(account)s AND webhook_id = %(webhook)s
            AND event = %(event)s AND next_at IS NOT NULL)
"""
Data = Mapping[str, object]


class _Wanted(msgspec.Struct, frozen=True):
    username: str
    now: datetime


def is_wanted(account_id: int, event: Event) -> bool:
    """Whether a webhook of the account wants this event."""
    return record(_Wanted, WANTED, (account_id, event)) is not None


def record_event(account_id: int, event: Event, data: Data, event_id: UUID | None = None) -> None:
    """Queue an event for the account's webhooks, in the caller's transaction.

    Without an id, it is another event each time; with one, a webhook gets it only once (while its log is kept).
    """
    record_events(account_id, event, [(event_id or uuid4(), data)])


def record_events(account_id: int, event: Event, happened: Sequence[tuple[UUID, Data]]) -> None:
    """Queue several events of one kind, in this order."""
    wanted = record(_Wanted, WANTED, (account_id, event)) if happened else None
    if wanted is None:
        return
    bodies = [body_of(event, wanted.now, {"username": wanted.username, **data}) for _, data in happened]
    ids = [str(event_id) for event_id, _ in happened]
    database.execute_sql(RECORD, {"account": account_id, "event": event, "ids": ids, "bodies": bodies})


def record_test(account_id: int, webhook_id: int, username: str) -> None:
    """Queue a test event for one webhook, whichever events it wants, unless one is waiting already."""
    body = body_of(TEST, datetime.now(UTC), {"username": username})
    values = {"account": account_id, "webhook": webhook_id, "id": str(uuid4()), "event": TEST, "body": body}
    database.execute_sql(TEST_ONE, values)


def body_of(event: str, now: datetime, data: Data) -> str:
    """The body that is signed and sent, as text."""
    return msgspec.json.encode({"type": event, "timestamp": now, "data": data}).decode()
