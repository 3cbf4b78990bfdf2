"""When each account is collected next, and by which batch of which worker: so that work can be shared out.

A row is written with every claim and every poll, so it is small, has room for its next version on its page, and is
vacuumed early. Accounts that exist already are spread over the usual time between two polls.
"""

TABLES = """
CREATE TABLE collection_schedule (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    due_at timestamptz NOT NULL DEFAULT now(),
    claim uuid,
    failures integer NOT NULL DEFAULT 0
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX collection_schedule_due ON collection_schedule (due_at);
COMMENT ON TABLE collection_schedule IS 'when each account is collected next; one that cannot be has infinity';
COMMENT ON COLUMN collection_schedule.claim IS 'the batch of a worker that collects it; it may until due_at';
COMMENT ON COLUMN collection_schedule.failures IS 'failed polls in a row';
"""
ACCOUNTS = """
INSERT INTO collection_schedule (account_id, due_at)
SELECT id, now() + abs(hashint8(id)::bigint) %% 1200 * interval '1 second' FROM account WHERE refresh_token IS NOT NULL
"""


def up(migrator, db):
    for statement in (TABLES, ACCOUNTS):
        db.execute_sql(statement)
