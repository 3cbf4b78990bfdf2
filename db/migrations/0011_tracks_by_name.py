"""A name that a track was ever known by leads to it: a poll asks, and would read all that an account has imported."""

INDEXES = """
CREATE INDEX reported_track_title ON reported_track (account_id, title_key);
CREATE INDEX track_name_keys ON track_name (title_key, artist_key);
"""


def up(migrator, db):
    db.execute_sql(INDEXES)
