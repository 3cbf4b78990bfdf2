"""A name that a track was ever known by leads to it, and who knows otherwise of music says that rules may name it.

A poll asks for names, and would read all that an account has imported. `rules_due`: db/library/exclusions.py.
"""

INDEXES = """
CREATE INDEX reported_track_title ON reported_track (account_id, title_key);
CREATE INDEX track_name_keys ON track_name (title_key, artist_key);
"""
RULES = "ALTER TABLE account_version ADD COLUMN rules_due boolean NOT NULL DEFAULT false"


def up(migrator, db):
    for statement in (INDEXES, RULES):
        db.execute_sql(statement)
