"""The language in which a listener reads the pages."""

LANGUAGE = "ALTER TABLE account ADD COLUMN language text"  # null: the browser says which


def up(migrator, db):
    db.execute_sql(LANGUAGE)
