"""Imports that a page began, and undoing them: what is left to do outlives the process that does it.

`folder` holds the files that were sent, below UPLOAD_FOLDER. `received_at` is null while they arrive. `share` is how
much of the work is done. An import that is doubtful waits until `agreed` is true or the listener gives it up.
"""

TABLES = """
CREATE TABLE import_job (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    folder text,
    undoes bigint,
    keep_readable boolean NOT NULL DEFAULT false,
    files text[] NOT NULL DEFAULT '{}',
    begun_at timestamptz NOT NULL DEFAULT now(),
    received_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    share double precision NOT NULL DEFAULT 0,
    rows bigint NOT NULL DEFAULT 0,
    plays bigint NOT NULL DEFAULT 0,
    doubts text[] NOT NULL DEFAULT '{}',
    agreed boolean NOT NULL DEFAULT false,
    stopping boolean NOT NULL DEFAULT false,
    import_id bigint,
    not_read jsonb NOT NULL DEFAULT '[]',
    failure text NOT NULL DEFAULT '',
    ended_at timestamptz,
    PRIMARY KEY (account_id, id),
    CHECK ((folder IS NULL) <> (undoes IS NULL))
);
CREATE UNIQUE INDEX import_job_one_at_a_time ON import_job (account_id) WHERE ended_at IS NULL;
COMMENT ON TABLE import_job IS 'imports, and undoing them, as pages began them';
COMMENT ON COLUMN import_job.import_id IS 'the import that was stored; set together with its plays';
"""


def up(migrator, db):
    db.execute_sql(TABLES)
