"""New accounts have their reports settled by today's rules, of which two starts within 3 seconds are one play."""

DEFAULT = "ALTER TABLE account ALTER COLUMN matching_rules SET DEFAULT 2"


def up(migrator, db):
    db.execute_sql(DEFAULT)
