"""Sums of years of the listener's own calendar that are over, and of the running one's months: of more than plays.

Sums of the years of UTC go; they are made anew from plays, by an import's end or the hourly run. No row of sums is
checked for its track or its plays: what counts those has already been.
"""

OLD = "DROP TABLE year_of_track, summed_year"
PERIODS = """
-- since <= played_at < until. `changes` counts how often it was said that other plays count than before.
CREATE TABLE summed_period (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    current boolean NOT NULL DEFAULT false,
    changes integer NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, since, until),
    CHECK (since < until)
);
"""
TRACKS = """
-- plays, ms, first and last: of those of 30 seconds or more. `told` of all plays say whether they were skipped.
CREATE TABLE track_in_period (
    account_id bigint NOT NULL,
    period_id bigint NOT NULL,
    track_id bigint NOT NULL,
    plays integer NOT NULL,
    ms bigint NOT NULL,
    first_played_at timestamptz(3),
    last_played_at timestamptz(3),
    told integer NOT NULL,
    skipped integer NOT NULL,
    PRIMARY KEY (account_id, period_id, track_id),
    FOREIGN KEY (account_id, period_id) REFERENCES summed_period ON DELETE CASCADE
);
-- Plays of 30 seconds or more by their track, as they came.
CREATE TABLE plays_in_period (
    account_id bigint NOT NULL,
    period_id bigint NOT NULL,
    track_id bigint NOT NULL,
    ids bigint[] NOT NULL,
    played_at timestamptz(3)[] NOT NULL,
    ms integer[] NOT NULL,
    PRIMARY KEY (account_id, period_id, track_id),
    FOREIGN KEY (account_id, period_id) REFERENCES summed_period ON DELETE CASCADE
);
"""
WAYS = """
-- What sources tell beside the track, each combination once. `reports` are plays of any length; plays, ms, first and
-- last are of those of 30 seconds or more.
CREATE TABLE report_in_period (
    account_id bigint NOT NULL,
    period_id bigint NOT NULL,
    number integer NOT NULL,
    platform text,
    country text,
    reason_end text,
    skipped boolean,
    shuffle boolean,
    offline boolean,
    incognito boolean,
    reports integer NOT NULL,
    plays integer NOT NULL,
    ms bigint NOT NULL,
    first_played_at timestamptz(3),
    last_played_at timestamptz(3),
    PRIMARY KEY (account_id, period_id, number),
    FOREIGN KEY (account_id, period_id) REFERENCES summed_period ON DELETE CASCADE
);
-- For how long each skipped play was heard, in rising order.
CREATE TABLE skips_in_period (
    account_id bigint NOT NULL,
    period_id bigint NOT NULL,
    ms integer[] NOT NULL,
    PRIMARY KEY (account_id, period_id),
    FOREIGN KEY (account_id, period_id) REFERENCES summed_period ON DELETE CASCADE
);
-- Plays of 30 seconds or more without a silence of over 20 minutes between them: of longer silences, sessions are made
-- of these. The first play need not have begun first, where two devices played at once.
CREATE TABLE session_in_period (
    account_id bigint NOT NULL,
    period_id bigint NOT NULL,
    number integer NOT NULL,
    first_began timestamptz(3) NOT NULL,
    began timestamptz(3) NOT NULL,
    ended timestamptz(3) NOT NULL,
    plays integer NOT NULL,
    ms bigint NOT NULL,
    PRIMARY KEY (account_id, period_id, number),
    FOREIGN KEY (account_id, period_id) REFERENCES summed_period ON DELETE CASCADE
);
"""


def up(migrator, db):
    db.execute_sql(OLD)
    db.execute_sql("TRUNCATE quarter_hour")
    for tables in (PERIODS, TRACKS, WAYS):
        db.execute_sql(tables)
