"""What questions about listening read: indexes, and sums of years that are over.

A year of sums holds what counts in a calendar year of UTC, was heard for 30 seconds or more, and says for how long. It
holds no zone and no setting, so neither changes it; while `current` is false, plays are read instead.
"""

INDEXES = """
-- Every question about music reads a stretch of this one, and pages of /history begin in it.
DROP INDEX play_newest;
CREATE INDEX play_newest ON play (account_id, played_at, id) INCLUDE (track_id, ms_played)
    WHERE superseded_by IS NULL AND excluded_by IS NULL AND track_id IS NOT NULL;
-- Plays that are told without their length: a few for who imports exports, all of them for who only collects.
CREATE INDEX play_of_unknown_length ON play (account_id, played_at, id) INCLUDE (track_id)
    WHERE ms_played IS NULL AND superseded_by IS NULL AND excluded_by IS NULL AND track_id IS NOT NULL;
CREATE INDEX play_spoken ON play (account_id, played_at) INCLUDE (episode_id, ms_played)
    WHERE superseded_by IS NULL AND excluded_by IS NULL AND episode_id IS NOT NULL;
"""

SUMS = """
CREATE TABLE summed_year (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    year integer NOT NULL,
    current boolean NOT NULL,
    PRIMARY KEY (account_id, year)
);
CREATE TABLE year_of_track (
    account_id bigint NOT NULL,
    year integer NOT NULL,
    track_id bigint NOT NULL REFERENCES track,
    plays integer NOT NULL,
    ms bigint NOT NULL,
    first_played_at timestamptz(3) NOT NULL,
    last_played_at timestamptz(3) NOT NULL,
    PRIMARY KEY (account_id, year, track_id),
    FOREIGN KEY (account_id, year) REFERENCES summed_year ON DELETE CASCADE
);
-- All zones' clocks have changed by quarters of an hour only, ever since Spotify began.
CREATE TABLE quarter_hour (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    at timestamptz NOT NULL,
    plays integer NOT NULL,
    ms bigint NOT NULL,
    PRIMARY KEY (account_id, at) INCLUDE (plays, ms)
);
"""


def up(migrator, db):
    db.execute_sql(INDEXES)
    db.execute_sql(SUMS)
