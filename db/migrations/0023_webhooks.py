"""Webhooks: addresses that listeners want notified of events, and the outbox of these notifications.

A delivery is written in the transaction of its event. `next_at` is when it is tried next; null once it is delivered or
given up. An event has the same `event_id` for every webhook, and goes to each only once.
"""

TABLES = """
CREATE TABLE webhook (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    address text NOT NULL,
    events text[] NOT NULL CHECK (events <> '{}'),
    secret text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    paused_at timestamptz,
    PRIMARY KEY (account_id, id)
);
COMMENT ON COLUMN webhook.secret IS 'sealed with SECRET_KEY';

CREATE TABLE webhook_delivery (
    account_id bigint NOT NULL,
    webhook_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid NOT NULL,
    event text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    attempted_at timestamptz,
    next_at timestamptz DEFAULT now(),
    decided_at timestamptz NOT NULL DEFAULT now(),
    delivered_at timestamptz,
    status integer,
    problem text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, webhook_id, event_id),
    FOREIGN KEY (account_id, webhook_id) REFERENCES webhook ON DELETE CASCADE
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_delivery_decided ON webhook_delivery (decided_at) WHERE next_at IS NOT NULL;
COMMENT ON COLUMN webhook_delivery.status IS 'the HTTP status of the last answer';
"""


def up(migrator, db):
    db.execute_sql(TABLES)
