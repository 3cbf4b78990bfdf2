"""What many accounts need: a queue that workers share, and numbers of plays that are counted in advance.

When each account is collected next, and by which batch of which worker, is written with every claim and every poll: the
row is small, has room for its next version on its page, and is vacuumed early. Accounts that exist already are spread
over the usual time between two polls.
"""

TABLES = """
CREATE TABLE collection_schedule (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    due_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz NOT NULL DEFAULT '-infinity',
    claim uuid,
    failures integer NOT NULL DEFAULT 0
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX collection_schedule_due ON collection_schedule (due_at);
CREATE INDEX collection_schedule_decided ON collection_schedule (decided_at);
COMMENT ON TABLE collection_schedule IS 'when each account is collected next; one that cannot be has infinity';
COMMENT ON COLUMN collection_schedule.decided_at IS
    'when due_at was decided: in the future if the clock was set back since';
COMMENT ON COLUMN collection_schedule.claim IS 'the batch of a worker that collects it; it may until due_at';
COMMENT ON COLUMN collection_schedule.failures IS 'failed polls in a row';
"""
ACCOUNTS = """
INSERT INTO collection_schedule (account_id, due_at)
SELECT id, now() + abs(hashint8(id)::bigint) %% 1200 * interval '1 second' FROM account WHERE refresh_token IS NOT NULL
"""

# Music of any length, also of unknown length, which the other sums leave out.
SUMS = """
ALTER TABLE summed_period ADD COLUMN plays integer NOT NULL DEFAULT 0;
UPDATE summed_period period SET plays = (
    SELECT count(*) FROM counted_play play WHERE play.account_id = period.account_id AND track_id IS NOT NULL
        AND played_at >= since AND played_at < until
) WHERE current;
COMMENT ON COLUMN summed_period.plays IS 'music of any length, also of unknown length';
"""


def up(migrator, db):
    for statement in (TABLES, ACCOUNTS, SUMS):
        db.execute_sql(statement)
