"""Who may read what, by which app an account is connected, and what has been told to whom.

Of a secret only its hash is kept (sha256: they are long and random), or its sealed text (db/engine/cipher.py). A
secret begins with the number of its account, so that it is looked up there only.
"""

ACCOUNTS = """
-- An app of a listener's own; `developer` is whose Spotify account it belongs to, for quotas count by that.
CREATE TABLE spotify_app (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id text NOT NULL UNIQUE,
    client_secret text,
    developer text NOT NULL
);
ALTER TABLE account
    ADD COLUMN app_id bigint REFERENCES spotify_app,
    ADD COLUMN disabled_at timestamptz,
    ADD COLUMN consent_ended_at timestamptz,
    ADD COLUMN deletion_began_at timestamptz;
UPDATE account SET consent_ended_at = now() WHERE reconnect_reason IS NOT NULL;
-- Addresses with a name from before a change of it go on for a while.
CREATE TABLE former_username (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    username text NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (account_id, username)
);
CREATE INDEX former_username_name ON former_username (username);
ALTER TABLE quota RENAME COLUMN client_id TO developer;
ALTER TABLE quota_hour RENAME COLUMN client_id TO developer;
"""
READERS = """
-- Somebody who is signed in on a browser.
CREATE TABLE web_session (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    token_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, token_hash)
);
-- A program's key. `questions` are the only ones it may ask; null: all.
CREATE TABLE api_token (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL CHECK (name <> ''),
    token_hash bytea NOT NULL,
    scopes text[] NOT NULL CHECK (scopes <> '{}' AND scopes <@ ARRAY['read', 'submit', 'administer']),
    questions text[],
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, token_hash)
);
-- Who has the link may ask: one question, or all; of one period, or any; `redacted`: without what tells of places.
CREATE TABLE share_link (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    token_hash bytea NOT NULL,
    question text,
    period text,
    redacted boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    last_used_at timestamptz,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, token_hash)
);
-- Who has it may connect the account for the first time, or sign in as its listener.
CREATE TABLE invitation (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    token_hash bytea NOT NULL,
    purpose text NOT NULL DEFAULT 'connect' CHECK (purpose IN ('connect', 'sign in')),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, token_hash)
);
-- What was told once and is not told again: a warning of its kind about the consent given then, by each channel, which
-- is known by a digest of its address.
CREATE TABLE notice (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    kind text NOT NULL,
    about timestamptz NOT NULL,
    channel text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, kind, about, channel)
);
"""


def up(migrator, db):
    for tables in (ACCOUNTS, READERS):
        db.execute_sql(tables)
