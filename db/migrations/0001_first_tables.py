"""Accounts, music, plays and what follows from them.

Every primary, unique and foreign key of an account's data begins with the account, so that the tables can be
partitioned or distributed by account later without change. Plain SQL, because identities, NULLS NOT DISTINCT and
composite foreign keys have no Peewee field.
"""

TABLES = """
CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username text NOT NULL UNIQUE CHECK (username ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    spotify_account_id text UNIQUE,
    display_name text,
    refresh_token text,
    access_token text,
    access_token_expires_at timestamptz,
    scopes text NOT NULL DEFAULT '',
    authorised_at timestamptz,
    reconnect_reason text,
    visibility text NOT NULL DEFAULT 'private' CHECK (visibility IN ('private', 'link', 'public')),
    data_version bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- A listener moves: the zone that holds at an instant is the latest row not after it.
CREATE TABLE account_time_zone (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    since timestamptz NOT NULL DEFAULT '-infinity',
    time_zone text NOT NULL,
    PRIMARY KEY (account_id, since)
);

CREATE TABLE artist (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    spotify_id text UNIQUE,
    name text NOT NULL,
    fetched_at timestamptz
);
CREATE UNIQUE INDEX artist_by_name_only ON artist (name) WHERE spotify_id IS NULL;
CREATE INDEX artist_name ON artist (name);

CREATE TABLE album (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    spotify_id text UNIQUE,
    name text NOT NULL,
    artist_id bigint REFERENCES artist,
    release_date text,
    image_url text,
    fetched_at timestamptz
);
CREATE UNIQUE INDEX album_by_name_only ON album (artist_id, name) NULLS NOT DISTINCT WHERE spotify_id IS NULL;
CREATE INDEX album_artist_name ON album (artist_id, name);

-- `uri` is spotify:track:… or spotify:local:…; an account export knows a track by its two names only, and an
-- extended export knows some by their URI only.
CREATE TABLE track (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uri text UNIQUE,
    name text,
    artist_name text,
    album_id bigint REFERENCES album,
    duration_ms integer,
    isrc text,
    fetched_at timestamptz,
    CHECK (uri IS NOT NULL OR num_nonnulls(name, artist_name) = 2)
);
CREATE UNIQUE INDEX track_by_name_only ON track (artist_name, name) WHERE uri IS NULL;
CREATE INDEX track_album ON track (album_id);

CREATE TABLE track_artist (
    track_id bigint NOT NULL REFERENCES track ON DELETE CASCADE,
    position smallint NOT NULL,
    artist_id bigint NOT NULL REFERENCES artist,
    PRIMARY KEY (track_id, position)
);
CREATE INDEX track_artist_artist ON track_artist (artist_id);

-- What is heard but is not music: a podcast's episode or an audiobook's chapter.
CREATE TABLE episode (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('episode', 'chapter')),
    uri text UNIQUE,
    name text,
    show_name text,
    CHECK (uri IS NOT NULL OR num_nonnulls(name, show_name) = 2)
);
CREATE UNIQUE INDEX episode_by_name_only ON episode (show_name, name) WHERE uri IS NULL;

CREATE TABLE import (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    files jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (account_id, id)
);

-- One report of one play. `played_at` is when it ended; `ms_played` is null where the source does not know it.
-- `occurrence` counts plays that are alike in every column of the key, as when a track is looped.
CREATE TABLE play (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    played_at timestamptz(3) NOT NULL,
    started_at timestamptz(3),
    track_id bigint REFERENCES track,
    episode_id bigint REFERENCES episode,
    ms_played integer CHECK (ms_played >= 0),
    source text NOT NULL CHECK (source IN ('recent', 'current', 'extended', 'account', 'listenbrainz')),
    import_id bigint,
    occurrence smallint NOT NULL DEFAULT 0,
    superseded_by bigint,
    reason_start text,
    reason_end text,
    shuffle boolean,
    skipped boolean,
    offline boolean,
    incognito boolean,
    platform text,
    country text,
    context_uri text,
    PRIMARY KEY (account_id, id),
    CHECK (num_nonnulls(track_id, episode_id) = 1)
);
CREATE UNIQUE INDEX play_once ON play
    (account_id, played_at, track_id, source, ms_played, occurrence, episode_id) NULLS NOT DISTINCT;
-- What counts, in the order it is read: a page deep in the past costs what the first page costs.
CREATE INDEX play_newest ON play (account_id, played_at, id) WHERE superseded_by IS NULL AND track_id IS NOT NULL;
CREATE INDEX play_import ON play (account_id, import_id) WHERE import_id IS NOT NULL;

-- What a collector did, one row a run; a gap is a time for which plays are probably missing.
CREATE TABLE collection_run (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    collector text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    outcome text NOT NULL DEFAULT 'running',
    plays_new integer NOT NULL DEFAULT 0,
    plays_known integer NOT NULL DEFAULT 0,
    gap_start timestamptz,
    gap_end timestamptz,
    message text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, id)
);

-- Spotify counts per developer account and group of endpoints, so this belongs to a client id and to no listener.
CREATE TABLE quota (
    client_id text NOT NULL,
    endpoint_group text NOT NULL,
    blocked_until timestamptz NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (client_id, endpoint_group)
);
CREATE TABLE quota_hour (
    client_id text NOT NULL,
    endpoint_group text NOT NULL,
    hour timestamptz NOT NULL,
    calls integer NOT NULL,
    PRIMARY KEY (client_id, endpoint_group, hour)
);

CREATE TABLE recommendation_run (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    date date NOT NULL,
    as_of timestamptz NOT NULL,
    time_zone text NOT NULL,
    engine integer NOT NULL,
    status text NOT NULL CHECK (status IN ('ok', 'cold', 'degraded')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, date)
);
CREATE TABLE recommendation (
    account_id bigint NOT NULL,
    date date NOT NULL,
    rank integer NOT NULL,
    kind text NOT NULL,
    track_id bigint NOT NULL REFERENCES track,
    score double precision NOT NULL,
    reason text NOT NULL,
    evidence jsonb NOT NULL,
    PRIMARY KEY (account_id, date, rank),
    UNIQUE (account_id, date, track_id),
    FOREIGN KEY (account_id, date) REFERENCES recommendation_run ON DELETE CASCADE
);
"""

# Last, and apart: a table is distributed before its foreign keys to other accounts' tables are made.
KEYS = """
ALTER TABLE play ADD FOREIGN KEY (account_id, import_id) REFERENCES import (account_id, id);
ALTER TABLE play ADD FOREIGN KEY (account_id, superseded_by) REFERENCES play (account_id, id);
"""


def up(migrator, db):
    db.execute_sql(TABLES)
    db.execute_sql(KEYS)
