"""What a night's list came from, what the listener said of it, and what other services know.

A run says which providers gave what, so that whoever reads it later knows what was missing. Answers of services are
kept for their time only; those that were asked for one listener go with the account.
"""

RUNS = """
ALTER TABLE recommendation_run
    DROP CONSTRAINT recommendation_run_status_check,
    ADD CHECK (status IN ('ok', 'cold', 'degraded', 'failed')),
    ADD COLUMN seed text NOT NULL DEFAULT '',
    ADD COLUMN parameters jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN providers jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN revision integer NOT NULL DEFAULT 1,
    ADD COLUMN backfilled boolean NOT NULL DEFAULT false;
-- `providers` holds the rank that each gave it: {"rotation": 1}.
ALTER TABLE recommendation
    ADD COLUMN code text NOT NULL DEFAULT '',
    ADD COLUMN providers jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN exploring boolean NOT NULL DEFAULT false,
    ADD COLUMN song_key text NOT NULL DEFAULT '';
-- What a simple list would have shown instead: stored, never shown, to measure the other by.
CREATE TABLE recommendation_baseline (
    account_id bigint NOT NULL,
    date date NOT NULL,
    kind text NOT NULL,
    rank integer NOT NULL,
    track_id bigint NOT NULL REFERENCES track,
    song_key text NOT NULL,
    PRIMARY KEY (account_id, date, kind, rank),
    FOREIGN KEY (account_id, date) REFERENCES recommendation_run ON DELETE CASCADE
);
"""
LISTENERS = """
-- What a listener said of a track, an artist or an album: the last word counts. `until` is the end of a "not now".
CREATE TABLE recommendation_feedback (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    track_id bigint REFERENCES track,
    artist_id bigint REFERENCES artist,
    album_id bigint REFERENCES album,
    verb text NOT NULL CHECK (verb IN ('like', 'dislike', 'block', 'not_now')),
    until timestamptz,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, id),
    UNIQUE NULLS NOT DISTINCT (account_id, track_id, artist_id, album_id),
    CHECK (num_nonnulls(track_id, artist_id, album_id) = 1),
    CHECK ((verb = 'not_now') = (until IS NOT NULL))
);
-- What a listener wants of the lists; without a row, or where null, what we think fits.
CREATE TABLE recommendation_preference (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    adventurousness double precision CHECK (adventurousness BETWEEN 0 AND 1),
    house boolean NOT NULL DEFAULT false,
    listenbrainz_user text CHECK (listenbrainz_user <> ''),
    playlist boolean NOT NULL DEFAULT false,
    playlist_id text,
    playlist_written jsonb
);
"""
SERVICES = """
-- What a service answered to a question about a key, as metadata/ reads it: of anybody's concern, so of no account.
CREATE TABLE provider_cache (
    question text NOT NULL,
    key text NOT NULL,
    service text NOT NULL,
    payload jsonb NOT NULL,
    fetched_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (question, key, service)
);
CREATE INDEX provider_cache_end ON provider_cache (expires_at);
-- The same, asked for one listener.
CREATE TABLE account_cache (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    question text NOT NULL,
    key text NOT NULL,
    service text NOT NULL,
    payload jsonb NOT NULL,
    fetched_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, question, key, service)
);
-- Whether a service can be asked: a breaker that opens after failures in a row.
CREATE TABLE service_standing (
    service text PRIMARY KEY,
    failures integer NOT NULL DEFAULT 0,
    blocked_until timestamptz,
    reason text NOT NULL DEFAULT '',
    answered_at timestamptz
);
"""


def up(migrator, db):
    for tables in (RUNS, LISTENERS, SERVICES):
        db.execute_sql(tables)
