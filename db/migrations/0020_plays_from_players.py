"""Plays that players submit themselves: scrobbles as a source, and the track that a player says it is playing; and
tokens for widgets, which may do nothing else, because programs put them into addresses.

`until` is when the track ends, as far as its length is known: later, nothing is playing.
"""

SOURCES = """
ALTER TABLE play DROP CONSTRAINT play_source_check, ADD CONSTRAINT play_source_check CHECK (source IN (
    'recent', 'current', 'extended', 'account', 'listenbrainz', 'scrobble', 'koito', 'maloja', 'lastfm',
    'lastfm_minute'));
"""
ANNOUNCED = """
CREATE TABLE announced_track (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    source text NOT NULL,
    name text NOT NULL,
    artist_name text NOT NULL,
    album_name text,
    uri text,
    duration_ms integer,
    announced_at timestamptz NOT NULL,
    until timestamptz NOT NULL
);
"""


WIDGETS = """
ALTER TABLE api_token DROP CONSTRAINT api_token_scopes_check, ADD CONSTRAINT api_token_scopes_check CHECK (
    scopes <> '{}' AND scopes <@ ARRAY['read', 'submit', 'administer']
    OR scopes = ARRAY['widget'] AND questions IS NULL);
"""
# Two starts within three seconds are one play by today's rules, by which a new account is settled from the start.
RULES = "ALTER TABLE account ALTER COLUMN matching_rules SET DEFAULT 2"


def up(migrator, db):
    for statement in (SOURCES, ANNOUNCED, WIDGETS, RULES):
        db.execute_sql(statement)
