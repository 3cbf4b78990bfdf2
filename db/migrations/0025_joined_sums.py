"""Each account's sums by track, by day and by hour of the week, for all summed periods that follow each other
without a break.

Without them, a question about all time adds up a row for each track and year, and one for each quarter of an hour.

`account.open_gaps` is what /metrics says of every account, counted once an hour: null before that.
"""

TABLES = """
CREATE TABLE joined_sum (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    clock text,
    current boolean NOT NULL DEFAULT true,
    CHECK (since < until)
);
COMMENT ON COLUMN joined_sum.clock IS 'a hash of the UTC offsets that make the days; null if days were not summed';
CREATE TABLE track_in_joined_sum (
    account_id bigint NOT NULL REFERENCES joined_sum ON DELETE CASCADE,
    track_id bigint NOT NULL,
    plays integer NOT NULL,
    ms bigint NOT NULL,
    first_played_at timestamptz(3) NOT NULL,
    last_played_at timestamptz(3) NOT NULL,
    PRIMARY KEY (account_id, track_id)
);
CREATE TABLE day_in_joined_sum (
    account_id bigint NOT NULL REFERENCES joined_sum ON DELETE CASCADE,
    day date NOT NULL,
    plays integer NOT NULL,
    ms bigint NOT NULL,
    PRIMARY KEY (account_id, day)
);
CREATE TABLE hour_in_joined_sum (
    account_id bigint NOT NULL REFERENCES joined_sum ON DELETE CASCADE,
    hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 167),
    plays integer NOT NULL,
    ms bigint NOT NULL,
    PRIMARY KEY (account_id, hour)
);
ALTER TABLE account ADD COLUMN open_gaps integer;
COMMENT ON COLUMN hour_in_joined_sum.hour IS 'of the week, from Monday midnight';
"""


def up(migrator, db):
    db.execute_sql(TABLES)
