"""Claim deliveries of webhooks that are due, and store the outcome of each attempt.

A claim is a lease: if its program is killed, the delivery is due again when the lease ends. So a receiver may get an
event twice, with the same id, but never misses one.
"""

from datetime import datetime, timedelta

import msgspec

from db.collecting.waits import SET_BACK
from db.engine.connection import database
from db.engine.records import records

LEASE = timedelta(minutes=2)  # longer than an attempt can take
KEPT = timedelta(days=30)  # how long the log, and waiting deliveries, are kept
# After each failure; the last attempt is three days after the event.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 300, 600, 840, 1200, 1320))
LONGEST_FOR_OTHERS = timedelta(minutes=5)  # that one event's failure delays the webhook's other events
IS_DUE = f"next_at IS NOT NULL AND (next_at <= %(now)s OR {SET_BACK})"
CLAIM = f"""
    WITH due AS (
        SELECT DISTINCT ON (delivery.account_id, webhook_id) delivery.account_id, delivery.id
        FROM webhook_delivery delivery
        JOIN webhook ON (webhook.account_id, webhook.id) = (delivery.account_id, delivery.webhook_id)
        JOIN account ON account.id = delivery.account_id
        WHERE {IS_DUE} AND webhook.paused_at IS NULL AND account.disabled_at IS NULL
            AND account.deletion_began_at IS NULL AND NOT EXISTS (
                SELECT FROM collecting_pause pause WHERE pause.account_id = delivery.account_id AND until IS NULL)
        ORDER BY delivery.account_id, webhook_id, delivery.id
    ), mine AS (
        SELECT delivery.account_id, delivery.id FROM webhook_delivery delivery JOIN due USING (account_id, id)
        WHERE {IS_DUE}
        ORDER BY (SELECT max(attempted_at) FROM webhook_delivery tried
                  WHERE (tried.account_id, tried.webhook_id) = (delivery.account_id, delivery.webhook_id)) NULLS FIRST,
            next_at
        LIMIT %(most)s FOR UPDATE OF delivery SKIP LOCKED
    )
    UPDATE webhook_delivery delivery
    SET attempts = attempts + 1, attempted_at = %(now)s, next_at = %(until)s, decided_at = %(now)s
    FROM mine, webhook
    WHERE (delivery.account_id, delivery.id) = (mine.account_id, mine.id)
        AND (webhook.account_id, webhook.id) = (delivery.account_id, delivery.webhook_id)
    RETURNING delivery.account_id, webhook_id, delivery.id, event_id::text AS event_id, body, attempts, address, secret
"""
DELIVERED = """
    UPDATE webhook_delivery SET delivered_at = %s, next_at = NULL, status = %s, problem = ''
    WHERE account_id = %s AND id = %s
"""
FAILED = """
    UPDATE webhook_delivery SET next_at = %s, decided_at = %s, status = %s, problem = %s
    WHERE account_id = %s AND id = %s
"""
# While a receiver is unavailable, its other waiting events are not tried one by one.
PUT_OFF = """
    UPDATE webhook_delivery SET next_at = %(until)s, decided_at = %(now)s
    WHERE account_id = %(account)s AND webhook_id = %(webhook)s AND next_at < %(until)s
"""
GONE = "UPDATE webhook SET paused_at = coalesce(paused_at, %s) WHERE account_id = %s AND id = %s"
FORGET = "DELETE FROM webhook_delivery WHERE created_at < %s"


class ClaimedDelivery(msgspec.Struct, frozen=True):
    """`attempts` includes the one that is about to be made; `secret` is sealed."""

    account_id: int
    webhook_id: int
    id: int
    event_id: str
    body: str
    attempts: int
    address: str
    secret: str


def claim_deliveries(now: datetime, most: int) -> list[ClaimedDelivery]:
    """Claim at most one delivery per webhook; the webhook with the oldest last attempt comes first."""
    with database.atomic():
        return records(ClaimedDelivery, CLAIM, {"now": now, "until": now + LEASE, "most": most})


def note_delivered(claimed: ClaimedDelivery, now: datetime, status: int) -> None:
    database.execute_sql(DELIVERED, (now, status, claimed.account_id, claimed.id))


def note_failed(claimed: ClaimedDelivery, now: datetime, status: int | None, problem: str) -> datetime | None:
    """Store a failed attempt; returns the time of the next one, None if it was the last."""
    wait = WAITS[claimed.attempts - 1] if claimed.attempts <= len(WAITS) else None
    following = None if wait is None else now + wait
    with database.atomic():
        values = (following, now, status, problem, claimed.account_id, claimed.id)
        database.execute_sql(FAILED, values)
        if wait is not None:
            until = now + min(wait, LONGEST_FOR_OTHERS)
            database.execute_sql(
                PUT_OFF, {"now": now, "until": until, "account": claimed.account_id, "webhook": claimed.webhook_id}
            )
    return following


def note_gone(claimed: ClaimedDelivery, now: datetime, status: int) -> None:
    """Give up and pause the webhook, because the receiver wants no more events."""
    with database.atomic():
        database.execute_sql(FAILED, (None, now, status, "gone", claimed.account_id, claimed.id))
        database.execute_sql(GONE, (now, claimed.account_id, claimed.webhook_id))


def forget_old_deliveries(now: datetime) -> None:
    database.execute_sql(FORGET, (now - KEPT,))
