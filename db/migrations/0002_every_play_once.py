"""Several reports of one play, exact undo, exclusions, recordings.

`play` becomes a report of a play. Which reports count is worked out from all of them together, so that no order of
imports and collections matters; which imports made a report is kept as ranges of ids, so that undoing is subtraction.
"""

# What makes a report this report and no other. Not marked IMMUTABLE: PostgreSQL then puts its body into the query
# instead of calling it for every row. Stable for ever and everywhere, unlike hashtext, because dumps move.
DIGEST = """
CREATE FUNCTION play_digest(
    source text, track_id bigint, episode_id bigint, ms_played integer, occurrence integer, started_at timestamptz,
    reason_start text, reason_end text, shuffle boolean, skipped boolean, offline boolean, incognito boolean,
    platform text, country text
) RETURNS bigint STABLE PARALLEL SAFE LANGUAGE sql AS $$
    SELECT ('x' || left(encode(sha256(convert_to(ROW(
        $1, $2, $3, $4, $5, (extract(epoch FROM $6) * 1000)::bigint, $7, $8, $9, $10, $11, $12, $13, $14
    )::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint
$$;
"""

TABLES = """
-- A rule that hides plays from answers; nothing is ever deleted by it.
CREATE TABLE exclusion (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL CHECK (kind IN ('track', 'artist', 'album', 'hours', 'device', 'incognito')),
    value text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, kind, value)
);

-- `undone_at`: taken back. `shares_known`: whether it is known which plays this import shares with others; imports
-- made before this was kept cannot be undone.
ALTER TABLE import ADD COLUMN undone_at timestamptz, ADD COLUMN shares_known boolean NOT NULL DEFAULT true;

-- One export (a zip, a folder, or loose files together) of an import: the reports it makes, new or known, and the
-- time for which it says everything.
CREATE TABLE import_export (
    account_id bigint NOT NULL,
    import_id bigint NOT NULL,
    export_no integer NOT NULL,
    plays int8multirange NOT NULL,
    covers tstzmultirange NOT NULL DEFAULT '{}',
    PRIMARY KEY (account_id, import_id, export_no),
    FOREIGN KEY (account_id, import_id) REFERENCES import ON DELETE CASCADE
);

-- Plays that one export reports several times with the same time, item and milliseconds: as many are different plays.
CREATE TABLE import_repeat (
    account_id bigint NOT NULL,
    import_id bigint NOT NULL,
    export_no integer NOT NULL,
    source text NOT NULL,
    played_at timestamptz(3) NOT NULL,
    track_id bigint,
    episode_id bigint,
    ms_played integer,
    copies integer NOT NULL CHECK (copies > 1),
    FOREIGN KEY (account_id, import_id, export_no) REFERENCES import_export ON DELETE CASCADE
);
CREATE INDEX import_repeat_import ON import_repeat (account_id, import_id, export_no);
CREATE INDEX import_repeat_play ON import_repeat (account_id, played_at);

-- Goes up with every write that can change an answer about the account. Not in `account`: every play stored looks its
-- account up, and a row that is rewritten with every poll would make a long import look through all its versions.
CREATE TABLE account_version (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    data_version bigint NOT NULL DEFAULT 1
);

-- Rows that became no play, with what they said (never a personal field) and why they were set aside.
CREATE TABLE set_aside_row (
    account_id bigint NOT NULL,
    import_id bigint NOT NULL,
    file_no integer NOT NULL,
    row_no integer NOT NULL,
    fate text NOT NULL,
    reason text NOT NULL,
    content text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, import_id, file_no, row_no),
    FOREIGN KEY (account_id, import_id) REFERENCES import ON DELETE CASCADE
);

-- Every pair of names under which a track has been reported: an id can be renamed, a relinked id is another id.
CREATE TABLE track_name (
    track_id bigint NOT NULL REFERENCES track ON DELETE CASCADE,
    artist_name text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (track_id, artist_name, name)
);

-- Which tracks are one recording (the oldest of them names it), and what shows it. `named_at` is the time of the newest
-- row of an export that gave the track its names.
ALTER TABLE track ADD COLUMN recording_id bigint REFERENCES track, ADD COLUMN recording_evidence text,
    ADD COLUMN named_at timestamptz;
CREATE INDEX track_recording ON track (recording_id) WHERE recording_id IS NOT NULL;
CREATE INDEX track_isrc ON track (isrc) WHERE isrc IS NOT NULL;
CREATE INDEX track_title ON track (lower(name), lower(artist_name));

-- What a listener has decided otherwise: for this account the track belongs to that recording (its own: split off).
CREATE TABLE recording_choice (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    track_id bigint NOT NULL REFERENCES track,
    recording_id bigint NOT NULL REFERENCES track,
    chosen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, track_id)
);
"""

KEEP = """
INSERT INTO account_version SELECT id, data_version + 1 FROM account;
ALTER TABLE account DROP COLUMN data_version;

INSERT INTO track_name
    SELECT id, artist_name, name FROM track WHERE num_nonnulls(artist_name, name) = 2
    UNION SELECT track.id, artist.name, track.name FROM track
        JOIN track_artist ON track_id = track.id JOIN artist ON artist.id = artist_id WHERE track.name IS NOT NULL;

UPDATE import SET shares_known = false;
INSERT INTO import_export (account_id, import_id, export_no, plays)
    SELECT account_id, import_id, 1, range_agg(int8range(id, id, '[]')) FROM play
    WHERE import_id IS NOT NULL GROUP BY account_id, import_id;
INSERT INTO import_repeat (account_id, import_id, export_no, source, played_at, track_id, episode_id, ms_played, copies)
    SELECT account_id, import_id, 1, source, played_at, track_id, episode_id, ms_played, max(occurrence) + 1 FROM play
    WHERE import_id IS NOT NULL GROUP BY account_id, import_id, source, played_at, track_id, episode_id, ms_played
    HAVING max(occurrence) > 0;
"""

# `collected`: whether a collector has reported it, however many imports have too.
PLAY = """
ALTER TABLE play ADD COLUMN digest bigint, ADD COLUMN collected boolean NOT NULL DEFAULT false,
    ADD COLUMN excluded_by bigint;
DROP INDEX play_once, play_newest, play_import;

WITH told_apart AS (
    SELECT account_id, id, row_number() OVER (
        PARTITION BY account_id, played_at, play_digest(source, track_id, episode_id, ms_played, 0, started_at,
            reason_start, reason_end, shuffle, skipped, offline, incognito, platform, country)
        ORDER BY occurrence, id) - 1 AS occurrence
    FROM play
)
UPDATE play SET collected = play.import_id IS NULL, occurrence = told_apart.occurrence, digest = play_digest(
    source, track_id, episode_id, ms_played, told_apart.occurrence::int, started_at, reason_start, reason_end, shuffle,
    skipped, offline, incognito, platform, country)
FROM told_apart WHERE told_apart.account_id = play.account_id AND told_apart.id = play.id;

ALTER TABLE play ALTER COLUMN digest SET NOT NULL, DROP COLUMN import_id,
    ADD FOREIGN KEY (account_id, excluded_by) REFERENCES exclusion (account_id, id);
CREATE UNIQUE INDEX play_once ON play (account_id, played_at, digest);
-- What counts, in the order it is read: a page deep in the past costs what the first page costs.
CREATE INDEX play_newest ON play (account_id, played_at, id)
    WHERE superseded_by IS NULL AND excluded_by IS NULL AND track_id IS NOT NULL;
-- Matching begins with the few reports that are not an extended export's.
CREATE INDEX play_elsewhere ON play (account_id, source, played_at) WHERE source <> 'extended';
CREATE INDEX play_superseded ON play (account_id, superseded_by) WHERE superseded_by IS NOT NULL;
CREATE INDEX play_excluded ON play (account_id, excluded_by) WHERE excluded_by IS NOT NULL;

-- The plays that answers are about.
CREATE VIEW counted_play AS
    SELECT account_id, id, played_at, started_at, track_id, episode_id, ms_played, source, reason_start, reason_end,
           shuffle, skipped, offline, incognito, platform, country, context_uri
    FROM play WHERE superseded_by IS NULL AND excluded_by IS NULL;
"""


def up(migrator, db):
    db.execute_sql(DIGEST)
    db.execute_sql(TABLES)
    db.execute_sql(KEEP)
    db.execute_sql(PLAY)
