"""Views of the schema `report` that no condition enters.

PostgreSQL tests a reader's condition, such as `played_at > …`, while it still reads every account's rows, if the
comparison itself tells nothing. EXPLAIN ANALYZE and the statistics of tables say how many rows passed there: so a role
could count another account's plays by time, track and country, and find out every one of them. OFFSET 0 keeps
conditions outside, where only rows of the role's own account arrive.
"""

VIEWS = """
    SELECT relname, rtrim(pg_get_viewdef(oid), '; ') FROM pg_class
    WHERE relnamespace = 'report'::regnamespace AND relkind = 'v' ORDER BY oid
"""
FENCED = "CREATE OR REPLACE VIEW report.{} WITH (security_barrier) AS {} OFFSET 0"


def up(migrator, db):
    for name, selection in db.execute_sql(VIEWS).fetchall():
        db.execute_sql(FENCED.format(name, selection.replace("%", "%%")))
