"""Names belong to the account that imported them; plays lie when they were heard; content, not a row's number, orders.

What exports say of names is kept import by import, so that undoing takes it back. `account_track` holds what follows
for each account: what a track is called, whose it is, which tracks are one song. db/library/contents.py fills it.
"""

# What makes a report this report and no other, in words that are the same in every database: a track by its URI or its
# names instead of by its key here.
DIGEST = """
CREATE FUNCTION play_digest(
    source text, item text, ms_played integer, occurrence integer, started_at timestamptz, reason_start text,
    reason_end text, shuffle boolean, skipped boolean, offline boolean, incognito boolean, platform text, country text
) RETURNS bigint STABLE PARALLEL SAFE LANGUAGE sql AS $$
    SELECT ('x' || left(encode(sha256(convert_to(ROW(
        $1, $2, $3, $4, (extract(epoch FROM $5) * 1000)::bigint, $6, $7, $8, $9, $10, $11, $12, $13
    )::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint
$$;
"""

PLAY = """
DROP VIEW counted_play;
DROP INDEX play_once, play_newest, play_of_unknown_length, play_spoken;
ALTER TABLE play ADD COLUMN heard_at timestamptz(3);

WITH item AS (
    SELECT play.account_id, play.id, coalesce(
        track.uri, episode.uri, track.artist_name || chr(31) || track.name,
        episode.show_name || chr(31) || episode.name) AS item
    FROM play LEFT JOIN track ON track.id = track_id LEFT JOIN episode ON episode.id = episode_id
), told_apart AS (
    SELECT play.account_id, play.id, item, row_number() OVER (
        PARTITION BY play.account_id, played_at, play_digest(source, item, ms_played, 0, started_at, reason_start,
            reason_end, shuffle, skipped, offline, incognito, platform, country)
        ORDER BY occurrence, play.id) - 1 AS occurrence
    FROM play JOIN item USING (account_id, id)
)
UPDATE play SET occurrence = told_apart.occurrence, digest = play_digest(
    source, item, ms_played, told_apart.occurrence::int, started_at, reason_start, reason_end, shuffle, skipped,
    offline, incognito, platform, country)
FROM told_apart WHERE told_apart.account_id = play.account_id AND told_apart.id = play.id;

-- An offline play is reported with the second in which the device came online again: see db/plays/heard_at.py.
UPDATE play SET heard_at = started_at + ms_played * interval '1 ms'
WHERE source = 'extended' AND offline AND superseded_by IS NULL AND started_at > played_at - interval '31 days'
  AND started_at + ms_played * interval '1 ms' < played_at
  AND (started_at + ms_played * interval '1 ms' < played_at - interval '90 s' OR (account_id, played_at) IN (
      SELECT account_id, played_at FROM play WHERE source = 'extended' AND superseded_by IS NULL
      GROUP BY 1, 2 HAVING count(*) > 1));

-- `ended_at` is when a play ended as far as anybody can tell. `place` orders plays that ended at one moment: what began
-- earlier comes first, and then what is stored decides, whatever its row's number.
ALTER TABLE play
    ADD COLUMN ended_at timestamptz(3) NOT NULL GENERATED ALWAYS AS (coalesce(heard_at, played_at)) STORED,
    ADD COLUMN place bigint NOT NULL GENERATED ALWAYS AS (
        ((2147483647 - coalesce(ms_played, 0))::bigint << 32) | (digest & 4294967295)) STORED;

CREATE UNIQUE INDEX play_once ON play (account_id, played_at, digest);
CREATE INDEX play_heard_before ON play (account_id, played_at) INCLUDE (heard_at) WHERE heard_at IS NOT NULL;
-- What counts, in the order it is read: a page deep in the past costs what the first page costs.
CREATE INDEX play_newest ON play (account_id, ended_at, place, id) INCLUDE (track_id, ms_played)
    WHERE superseded_by IS NULL AND excluded_by IS NULL AND track_id IS NOT NULL;
CREATE INDEX play_of_unknown_length ON play (account_id, ended_at, place, id) INCLUDE (track_id)
    WHERE ms_played IS NULL AND superseded_by IS NULL AND excluded_by IS NULL AND track_id IS NOT NULL;
CREATE INDEX play_spoken ON play (account_id, ended_at) INCLUDE (episode_id, ms_played)
    WHERE superseded_by IS NULL AND excluded_by IS NULL AND episode_id IS NOT NULL;

-- The plays that answers are about. Until mid-October 2022 newer exports say of every play that it was not skipped.
CREATE VIEW counted_play AS
    SELECT account_id, id, ended_at AS played_at, place, started_at, track_id, episode_id, ms_played, source,
           reason_start, reason_end,
           CASE WHEN reason_end IN ('fwdbtn', 'backbtn') AND played_at < '2022-11-01Z' THEN true ELSE skipped END
               AS skipped,
           shuffle, offline, incognito, platform, country, context_uri
    FROM play WHERE superseded_by IS NULL AND excluded_by IS NULL;

DROP FUNCTION play_digest(
    text, bigint, bigint, integer, integer, timestamptz, text, text, boolean, boolean, boolean, boolean, text, text);
"""

SUMS = """
DELETE FROM summed_period;
TRUNCATE quarter_hour;
ALTER TABLE plays_in_period ADD COLUMN places bigint[] NOT NULL;
"""

NAMES = """
-- What one export of an import calls a track: `last_played_at` is when its newest row of that name was played. `facts`
-- is what our own export knew from Spotify's API. Without an import: names from before these were kept. Keys are null
-- until they are worked out (music.name_key).
CREATE TABLE reported_track (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    import_id bigint,
    export_no integer,
    track_id bigint NOT NULL REFERENCES track,
    name text,
    artist_name text,
    album_name text,
    last_played_at timestamptz NOT NULL,
    facts jsonb,
    title_key text,
    artist_key text,
    FOREIGN KEY (account_id, import_id) REFERENCES import ON DELETE CASCADE
);
CREATE INDEX reported_track_track ON reported_track (account_id, track_id);
CREATE INDEX reported_track_import ON reported_track (account_id, import_id);
CREATE TABLE reported_episode (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    import_id bigint,
    export_no integer,
    episode_id bigint NOT NULL REFERENCES episode,
    name text,
    show_name text,
    last_played_at timestamptz NOT NULL,
    FOREIGN KEY (account_id, import_id) REFERENCES import ON DELETE CASCADE
);
CREATE INDEX reported_episode_episode ON reported_episode (account_id, episode_id);
CREATE INDEX reported_episode_import ON reported_episode (account_id, import_id);

-- A track as one account knows it, by db/library/contents.py. `credit_id` and `told_album_id` are as reported,
-- `artist_id` and `album_id` what plays count for; `recording_id` is the oldest track that evidence makes one song with
-- it, null for one that is alone; `song_id` heeds the listener's choices, and is what songs are counted by. No row is
-- checked for its artist or album: to delete one of those, all accounts' rows would be looked through.
CREATE TABLE account_track (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    track_id bigint NOT NULL REFERENCES track,
    name text,
    artist_name text,
    duration_ms integer,
    isrc text,
    facts jsonb,
    named_at timestamptz,
    title_key text,
    artist_key text,
    credits_key text,
    album_key text,
    credit_id bigint,
    artist_id bigint,
    told_album_id bigint,
    album_id bigint,
    recording_id bigint,
    evidence text,
    song_id bigint NOT NULL,
    PRIMARY KEY (account_id, track_id)
);
CREATE INDEX account_track_title ON account_track (account_id, title_key);
CREATE INDEX account_track_artist_key ON account_track (account_id, artist_key);
CREATE INDEX account_track_album_key ON account_track (account_id, album_key);
CREATE INDEX account_track_isrc ON account_track (account_id, isrc) WHERE isrc IS NOT NULL;
CREATE INDEX account_track_recording ON account_track (account_id, recording_id) WHERE recording_id IS NOT NULL;
CREATE INDEX account_track_song ON account_track (account_id, song_id);
CREATE INDEX account_track_artist ON account_track (account_id, artist_id);
CREATE INDEX account_track_album ON account_track (account_id, album_id);
CREATE INDEX account_track_track ON account_track (track_id);
-- An episode as one account knows it.
CREATE TABLE account_episode (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    episode_id bigint NOT NULL REFERENCES episode,
    name text,
    show_name text,
    PRIMARY KEY (account_id, episode_id)
);
-- By which rules an account's tracks were worked out last, and which of its reports count: where these are others than
-- today's, both are worked out anew. Of an account that is new today, by today's.
ALTER TABLE account
    ADD COLUMN library_rules integer NOT NULL DEFAULT 0, ADD COLUMN matching_rules integer NOT NULL DEFAULT 0;
ALTER TABLE account ALTER COLUMN library_rules SET DEFAULT 1, ALTER COLUMN matching_rules SET DEFAULT 1;
"""

# Names that exports told become those of whoever has played the track; what Spotify's API or another service told stays
# everybody's.
MOVE = """
CREATE TEMPORARY TABLE heard ON COMMIT DROP AS
    SELECT DISTINCT account_id, track_id, episode_id FROM play;

INSERT INTO reported_track (account_id, track_id, name, artist_name, album_name, last_played_at)
    SELECT account_id, track.id, track.name, artist_name, album.name, named_at
    FROM heard JOIN track ON track.id = track_id LEFT JOIN album ON album.id = album_id
    WHERE track.fetched_at IS NULL AND named_at IS NOT NULL;
INSERT INTO reported_track (account_id, track_id, name, artist_name, last_played_at)
    SELECT account_id, track_id, track_name.name, track_name.artist_name, '-infinity'
    FROM heard JOIN track_name USING (track_id);
INSERT INTO reported_episode (account_id, episode_id, name, show_name, last_played_at)
    SELECT account_id, episode.id, name, show_name, '-infinity' FROM heard JOIN episode ON episode.id = episode_id
    WHERE uri IS NOT NULL;

DELETE FROM track_name USING track WHERE track.id = track_id AND (fetched_at IS NULL OR NOT EXISTS (
    SELECT FROM track_artist JOIN artist ON artist.id = artist_id
    WHERE track_artist.track_id = track.id AND artist.name = track_name.artist_name AND track.name = track_name.name));
DELETE FROM track_artist USING track WHERE track.id = track_id AND fetched_at IS NULL AND named_at IS NOT NULL;
UPDATE track SET name = NULL, artist_name = NULL, album_id = NULL
    WHERE fetched_at IS NULL AND named_at IS NOT NULL AND uri IS NOT NULL;
UPDATE episode SET name = NULL, show_name = NULL WHERE uri IS NOT NULL;

ALTER TABLE track_name ADD COLUMN title_key text, ADD COLUMN artist_key text;
DROP INDEX track_recording, track_title;
ALTER TABLE track DROP COLUMN recording_id, DROP COLUMN recording_evidence, DROP COLUMN named_at;
-- As databases of recordings write it; a placeholder is none.
UPDATE track SET isrc = upper(regexp_replace(isrc, '[^A-Za-z0-9]', '', 'g')) WHERE isrc IS NOT NULL;
UPDATE track SET isrc = NULL WHERE isrc !~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$' OR isrc ~ '0{7}$';
"""


# All that follows reads these tables, which nobody has described to the planner since they were written.
DESCRIBE = "ANALYZE play, track, track_name, track_artist, reported_track, reported_episode"


def up(migrator, db):
    for step in (DIGEST, PLAY, SUMS, NAMES, MOVE, DESCRIBE):
        db.execute_sql(step)
