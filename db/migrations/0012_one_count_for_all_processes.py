"""What processes of the web program know together: what was tried, first collections under way, hits of lists.

What is UNLOGGED is worth nothing after a crash of the database, and costs no log.
"""

TABLES = """
CREATE UNLOGGED TABLE attempt (
    key bytea PRIMARY KEY,
    times timestamptz[] NOT NULL
);
CREATE UNLOGGED TABLE first_collection (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    sentence text NOT NULL,
    message text,
    begun_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE account_hits (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    counted_until timestamptz NOT NULL,
    tallies jsonb NOT NULL
);
COMMENT ON TABLE attempt IS 'when something limited was tried, the newest first; key: digest of what and by whom';
COMMENT ON COLUMN first_collection.message IS 'what came of it; null while it runs';
COMMENT ON TABLE account_hits IS 'how much of what was recommended was heard, as counted once a listening day';
"""


def up(migrator, db):
    db.execute_sql(TABLES)
