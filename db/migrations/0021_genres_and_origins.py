"""Genres, years, sound and origins of music, from MusicBrainz, ListenBrainz, Last.fm and ReccoBeats.

`genre`, `track_genre`, `track_year`, `track_sound` and `artist_origin` are what statistics join: they are computed from
the tables below them whenever those change. The shares of a track's genres sum to 1. All accounts share them: what
a row says of a track or an artist must not depend on names that one account's export reported and others do not see
(docs/rules/enrichment.md).
"""

STATISTICS = """
CREATE TABLE genre (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    mbid uuid UNIQUE,
    parent_id bigint REFERENCES genre ON DELETE SET NULL
);
COMMENT ON COLUMN genre.name IS 'as MusicBrainz writes it, in lower case';

CREATE TABLE track_genre (
    track_id bigint NOT NULL REFERENCES track ON DELETE CASCADE,
    genre_id bigint NOT NULL REFERENCES genre ON DELETE CASCADE,
    share real NOT NULL CHECK (share > 0 AND share <= 1),
    level text NOT NULL CHECK (level IN ('recording', 'release_group', 'artist')),
    source text NOT NULL,
    PRIMARY KEY (track_id, genre_id)
);
CREATE INDEX track_genre_genre ON track_genre (genre_id, track_id) INCLUDE (share);

CREATE TABLE track_year (
    track_id bigint PRIMARY KEY REFERENCES track ON DELETE CASCADE,
    year smallint NOT NULL,
    precision text NOT NULL CHECK (precision IN ('year', 'month', 'day')),
    source text NOT NULL CHECK (source IN ('musicbrainz', 'spotify'))
);

CREATE TABLE track_sound (
    track_id bigint PRIMARY KEY REFERENCES track ON DELETE CASCADE,
    energy real CHECK (energy BETWEEN 0 AND 1),
    valence real CHECK (valence BETWEEN 0 AND 1),
    danceability real CHECK (danceability BETWEEN 0 AND 1),
    acousticness real CHECK (acousticness BETWEEN 0 AND 1),
    tempo real CHECK (tempo > 0),
    source text NOT NULL,
    fetched_at timestamptz NOT NULL
);
COMMENT ON COLUMN track_sound.tempo IS 'beats per minute';

CREATE TABLE artist_origin (
    artist_id bigint PRIMARY KEY REFERENCES artist ON DELETE CASCADE,
    country character(2),
    area text,
    source text NOT NULL
);
COMMENT ON COLUMN artist_origin.country IS 'ISO 3166-1, null if only the area is known';
"""
IDENTITIES = """
-- A track or artist may have several ids. `votes`: how many of its songs or ISRCs gave this id.
CREATE TABLE artist_identity (
    artist_id bigint NOT NULL REFERENCES artist ON DELETE CASCADE,
    mbid uuid NOT NULL,
    source text NOT NULL CHECK (source IN ('isrc', 'names', 'correction')),
    votes smallint NOT NULL DEFAULT 1,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (artist_id, mbid)
);
CREATE INDEX artist_identity_mbid ON artist_identity (mbid);

CREATE TABLE track_identity (
    track_id bigint NOT NULL REFERENCES track ON DELETE CASCADE,
    mbid uuid NOT NULL,
    source text NOT NULL CHECK (source IN ('isrc', 'names', 'correction')),
    votes smallint NOT NULL DEFAULT 1,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (track_id, mbid)
);
CREATE INDEX track_identity_mbid ON track_identity (mbid);

-- What MusicBrainz knows by its ids. Dates are YYYY, YYYY-MM or YYYY-MM-DD.
CREATE TABLE known_recording (
    mbid uuid PRIMARY KEY,
    artist_mbid uuid,
    release_group_mbid uuid,
    release_mbid uuid,
    release_year smallint,
    caa_id bigint,
    caa_release_mbid uuid,
    fetched_at timestamptz NOT NULL
);
CREATE TABLE known_release_group (
    mbid uuid PRIMARY KEY,
    first_date text,
    fetched_at timestamptz NOT NULL
);
CREATE TABLE known_artist (
    mbid uuid PRIMARY KEY,
    name text,
    country character(2),
    area text,
    fetched_at timestamptz NOT NULL
);

CREATE TABLE tag (
    entity text NOT NULL CHECK (entity IN ('recording', 'release_group', 'artist')),
    mbid uuid NOT NULL,
    source text NOT NULL,
    name text NOT NULL,
    genre_id bigint REFERENCES genre ON DELETE SET NULL,
    count integer NOT NULL CHECK (count > 0),
    PRIMARY KEY (entity, mbid, source, name)
);
COMMENT ON COLUMN tag.genre_id IS 'null: a word that MusicBrainz does not list as a genre';
CREATE INDEX tag_genre ON tag (genre_id);
-- Last.fm knows artists by name. Its terms limit what is stored, so these expire.
CREATE TABLE artist_tag (
    artist_id bigint NOT NULL REFERENCES artist ON DELETE CASCADE,
    source text NOT NULL,
    name text NOT NULL,
    genre_id bigint REFERENCES genre ON DELETE SET NULL,
    count integer NOT NULL CHECK (count > 0),
    fetched_at timestamptz NOT NULL,
    PRIMARY KEY (artist_id, source, name)
);
CREATE INDEX artist_tag_genre ON artist_tag (genre_id);
"""
QUEUE = """
-- What was asked, and when to ask again. `subject` is one of our ids or of MusicBrainz's, never a name.
CREATE TABLE music_lookup (
    question text NOT NULL,
    subject text NOT NULL,
    found boolean NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (question, subject)
);

-- Listeners who let names that only their exports reported be looked up.
CREATE TABLE name_lookup_choice (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    chosen_at timestamptz NOT NULL DEFAULT now()
);

-- How much of each account's listening is known; `expected` is the share when the queue is done.
CREATE TABLE enrichment_progress (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    measured_at timestamptz NOT NULL,
    plays bigint NOT NULL,
    with_genre bigint NOT NULL,
    with_year bigint NOT NULL,
    with_origin bigint NOT NULL,
    with_sound bigint NOT NULL,
    expected real,
    minutes integer
);
"""
# So that two programs that contact a service keep its pace together.
PACE = "ALTER TABLE service_standing ADD COLUMN next_call_at timestamptz"


def up(migrator, db):
    for step in (STATISTICS, IDENTITIES, QUEUE, PACE):
        db.execute_sql(step)
