"""More than 32,768 reports that are alike in one instant, and which version of this program was here last."""

OCCURRENCE = "ALTER TABLE play ALTER COLUMN occurrence TYPE integer"
# One row. A database that has accounts already was used by a version that did not note itself.
VERSION = """
CREATE TABLE last_version (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version text NOT NULL
);
INSERT INTO last_version (version) SELECT %s WHERE EXISTS (SELECT FROM account);
"""


def up(migrator, db):
    db.execute_sql(OCCURRENCE)
    db.execute_sql(VERSION, ("0.5.0",))
