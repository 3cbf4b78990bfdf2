"""Playlists, liked songs, saved albums and followed artists, as Spotify lists them to listeners who want that read.

`listed_song` describes each song in a playlist or the liked songs, and whether it can be played in the
listener's country: null if Spotify does not say. `playlist_item` keeps what was removed: `removed_at` is when that
was noticed. `gone_since` is since when Spotify lists the place without the song. `snapshot_id` is that of the items
that are stored, null before they are read.
"""

TABLES = """
CREATE TABLE library_reading (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    due_at timestamptz,
    read_at timestamptz,
    checked_at timestamptz,
    totals jsonb NOT NULL DEFAULT '{}',
    problem text NOT NULL DEFAULT ''
);
COMMENT ON TABLE library_reading IS 'listeners who want their playlists and library read';
COMMENT ON COLUMN library_reading.due_at IS 'null: at once';
COMMENT ON COLUMN library_reading.checked_at IS 'when the library was last read whole, changed or not';

CREATE TABLE listed_song (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    uri text NOT NULL,
    name text,
    artist_name text,
    album_name text,
    duration_ms integer,
    isrc text,
    title_key text,
    artist_key text,
    playable boolean,
    restriction text,
    unplayable_since timestamptz,
    first_read_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, uri)
);

CREATE TABLE listener_playlist (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    spotify_id text NOT NULL,
    name text NOT NULL,
    owner_id text NOT NULL,
    owner_name text,
    collaborative boolean NOT NULL,
    is_public boolean,
    place integer NOT NULL,
    snapshot_id text,
    items_read_at timestamptz,
    first_read_at timestamptz NOT NULL,
    gone_at timestamptz,
    PRIMARY KEY (account_id, spotify_id)
);
COMMENT ON COLUMN listener_playlist.is_public IS 'whether its owner''s profile shows it; null: Spotify does not say';

CREATE TABLE playlist_item (
    account_id bigint NOT NULL,
    playlist_id text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    place integer NOT NULL,
    uri text,
    added_at timestamptz,
    added_by text,
    first_read_at timestamptz NOT NULL,
    gone_since timestamptz,
    removed_at timestamptz,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, playlist_id) REFERENCES listener_playlist ON DELETE CASCADE
);
CREATE INDEX playlist_item_of_playlist ON playlist_item (account_id, playlist_id, place);

CREATE TABLE library_item (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('song', 'album', 'artist')),
    key text NOT NULL,
    name text,
    artist_name text,
    names_key text,
    tracks integer,
    added_at timestamptz,
    first_read_at timestamptz NOT NULL,
    removed_at timestamptz,
    PRIMARY KEY (account_id, kind, key)
);
COMMENT ON COLUMN library_item.names_key IS 'as account_track.album_key or .artist_key: exports tell no ids';
COMMENT ON COLUMN library_item.key IS 'the URI of a song, Spotify''s id of an album or artist';
"""

# To others who may read the account.
SHOWN = "ALTER TABLE account ADD COLUMN library_shown boolean NOT NULL DEFAULT false"


def up(migrator, db):
    db.execute_sql(TABLES)
    db.execute_sql(SHOWN)
