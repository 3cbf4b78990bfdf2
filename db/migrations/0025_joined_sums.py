"""Each account's sums by track once more, for all summed periods that follow each other without a break.

Without them, a question about all time adds up a row for each track and year.
"""

TABLES = """
CREATE TABLE joined_sum (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    current boolean NOT NULL DEFAULT true,
    CHECK (since < until)
);
CREATE TABLE track_in_joined_sum (
    account_id bigint NOT NULL REFERENCES joined_sum ON DELETE CASCADE,
    track_id bigint NOT NULL,
    plays integer NOT NULL,
    ms bigint NOT NULL,
    first_played_at timestamptz(3) NOT NULL,
    last_played_at timestamptz(3) NOT NULL,
    PRIMARY KEY (account_id, track_id)
);
"""


def up(migrator, db):
    db.execute_sql(TABLES)
