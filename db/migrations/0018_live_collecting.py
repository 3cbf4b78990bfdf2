"""How an account's plays are collected: its scan mode, what live collecting is watching, and when it was paused."""

MODE = """
ALTER TABLE account ADD COLUMN scan_mode text NOT NULL DEFAULT 'recent'
    CHECK (scan_mode IN ('recent', 'hybrid', 'live'));
"""
TABLES = """
CREATE TABLE live_watch (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    watched jsonb NOT NULL DEFAULT '{}',
    shown_at timestamptz,
    next_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz NOT NULL DEFAULT '-infinity',
    problem text NOT NULL DEFAULT ''
);
COMMENT ON TABLE live_watch IS 'what each player showed when it was last looked at';
COMMENT ON COLUMN live_watch.shown_at IS 'when a player last showed anything';
COMMENT ON COLUMN live_watch.decided_at IS 'when next_at was decided: in the future if the clock was set back since';
COMMENT ON COLUMN live_watch.problem IS 'why the last look failed; empty if it did not';

CREATE TABLE collecting_pause (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    since timestamptz NOT NULL,
    until timestamptz,
    PRIMARY KEY (account_id, since),
    CHECK (since <= until)
);
CREATE UNIQUE INDEX collecting_pause_one_at_a_time ON collecting_pause (account_id) WHERE until IS NULL;
COMMENT ON TABLE collecting_pause IS 'when a listener wanted nothing to be collected; until is null while it lasts';
"""
QUOTA = """
ALTER TABLE quota ADD COLUMN decided_at timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN quota.decided_at IS 'when Spotify refused: in the future if the clock was set back since';
"""


def up(migrator, db):
    db.execute_sql(MODE)
    db.execute_sql(TABLES)
    db.execute_sql(QUOTA)
