"""Each account's sums by track, by day and by hour of the week, for all summed periods that follow each other
without a break.

Without them, a question about all time adds up a row for each track and year, and one for each quarter of an hour.

`sound_in_joined_sum` and `genre_in_joined_sum` sum up the same plays with what is known of their tracks.
`joined_sum.sound` and `genres` are hashes of what they were made from.

Plays that cannot be true are looked for without reading all others: an index has the few with impossible times, and
sums say how long the longest play of a track was. For this, an import's end or the hourly run sums all periods anew.
`account.open_gaps` is what /metrics says of every account, counted once an hour: null before that.
"""

TABLES = """
CREATE TABLE joined_sum (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    clock text,
    current boolean NOT NULL DEFAULT true,
    sound bigint,
    genres bigint,
    CHECK (since < until)
);
COMMENT ON COLUMN joined_sum.clock IS 'a hash of the UTC offsets that make the days; null if days were not summed';
COMMENT ON COLUMN joined_sum.sound IS 'a hash of what sound_in_joined_sum was made from; null if it is not made';
COMMENT ON COLUMN joined_sum.genres IS 'a hash of what genre_in_joined_sum was made from; null if it is not made';
CREATE TABLE track_in_joined_sum (
    account_id bigint NOT NULL REFERENCES joined_sum ON DELETE CASCADE,
    track_id bigint NOT NULL,
    plays integer NOT NULL,
    ms bigint NOT NULL,
    first_played_at timestamptz(3),
    last_played_at timestamptz(3),
    told integer NOT NULL,
    skipped integer NOT NULL,
    longest integer NOT NULL,
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
-- A row for each month, and one for each hour of the day. Arrays have an element for each value of track_sound, from
-- energy to tempo: `plays` and `ms` of those whose value is known, and the sums of the value times 1 or milliseconds.
CREATE TABLE sound_in_joined_sum (
    account_id bigint NOT NULL REFERENCES joined_sum ON DELETE CASCADE,
    month date,
    hour smallint CHECK (hour BETWEEN 0 AND 23),
    all_plays bigint NOT NULL,
    plays double precision[] NOT NULL,
    ms double precision[] NOT NULL,
    by_plays double precision[] NOT NULL,
    by_ms double precision[] NOT NULL,
    UNIQUE NULLS NOT DISTINCT (account_id, month, hour),
    CHECK ((month IS NULL) <> (hour IS NULL))
);
-- The months and hours of the day in which a genre was heard; plays and ms are in ten-thousandths.
CREATE TABLE genre_in_joined_sum (
    account_id bigint NOT NULL REFERENCES joined_sum ON DELETE CASCADE,
    genre_id bigint NOT NULL,
    months date[] NOT NULL,
    month_plays double precision[] NOT NULL,
    month_ms double precision[] NOT NULL,
    hours smallint[] NOT NULL,
    hour_plays double precision[] NOT NULL,
    hour_ms double precision[] NOT NULL,
    PRIMARY KEY (account_id, genre_id)
);
ALTER TABLE account ADD COLUMN open_gaps integer;
COMMENT ON COLUMN hour_in_joined_sum.hour IS 'of the week, from Monday midnight';
"""
LONGEST = """
DELETE FROM summed_period;
TRUNCATE quarter_hour;
ALTER TABLE track_in_period ADD COLUMN longest integer NOT NULL;
COMMENT ON COLUMN track_in_period.longest IS 'milliseconds, of the longest play of any length that is known'
"""
SUSPECT = """
CREATE INDEX play_suspect ON play (account_id)
    WHERE superseded_by IS NULL AND excluded_by IS NULL
      AND (ms_played > 24 * 3600000 OR (track_id IS NULL AND episode_id IS NULL) OR started_at > ended_at
           OR ended_at < '2006-10-01 00:00+00')
"""


def up(migrator, db):
    for step in (LONGEST, TABLES, SUSPECT):
        db.execute_sql(step)
