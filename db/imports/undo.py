"""Undo an import: delete exactly the reports that no other import and no collector shares."""

from db.engine.connection import database
from db.imports.plays import Span, span_of
from db.plays.variants import CREATE, KEY, LIKE_THOSE_GONE, resolve

# Ids are stored as ranges: subtracting the others' leaves the reports that only this import has.
GONE = """
    CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
    WITH mine AS (
        SELECT range_agg(plays) AS plays FROM import_export WHERE account_id = %(account)s AND import_id = %(import)s
    ), others AS (
        SELECT range_agg(plays) AS plays FROM import_export WHERE account_id = %(account)s AND import_id <> %(import)s
    ), alone AS (
        SELECT unnest(mine.plays - coalesce(others.plays, '{}')) AS ids FROM mine CROSS JOIN others
    )
    SELECT play.id, source, played_at, started_at, ended_at, track_id, episode_id, ms_played
    FROM alone JOIN play ON account_id = (SELECT %(account)s::bigint) AND play.id >= lower(ids) AND play.id < upper(ids)
    WHERE NOT collected;
    ALTER TABLE gone ADD PRIMARY KEY (id);
    ANALYZE gone;
"""
UNTIE = """
    UPDATE play SET superseded_by = NULL FROM gone
    WHERE account_id = (SELECT %(account)s::bigint) AND superseded_by IS NOT NULL AND superseded_by = gone.id
"""
DELETE = "DELETE FROM play USING gone WHERE account_id = (SELECT %(account)s::bigint) AND play.id = gone.id"
# The keys with fewer copies or fewer reports than before: which of their reports count must be decided again.
CONTEST = f"""
    INSERT INTO contested
    {LIKE_THOSE_GONE}
    UNION SELECT {KEY} FROM import_repeat
    WHERE account_id = %(account)s AND import_id = %(import)s
"""
FORGET = (
    "DELETE FROM reported_track WHERE account_id = %(account)s AND import_id = %(import)s",
    "DELETE FROM reported_episode WHERE account_id = %(account)s AND import_id = %(import)s",
    "DELETE FROM import_export WHERE account_id = %(account)s AND import_id = %(import)s",
    "DELETE FROM set_aside_row WHERE account_id = %(account)s AND import_id = %(import)s",
    "UPDATE import SET undone_at = statement_timestamp() WHERE account_id = %(account)s AND id = %(import)s",
)
# The span begins when the first play was heard, possibly days before it was reported: sums of that time are wrong now.
# Live collecting may have seen a play for hours of which a player reported only the beginning.
SPAN = """
    SELECT min(ended_at) AS start, max(played_at) AS end, (SELECT count(*) FROM gone) AS plays
    FROM (SELECT played_at, least(ended_at, CASE source WHEN 'current' THEN started_at END) AS ended_at FROM gone
          UNION ALL SELECT played_at, played_at FROM contested) changed
"""


def take_back(account_id: int, import_id: int) -> Span | None:
    """Delete the reports that only this import has; returns their span, or None if nothing changed.

    Runs in the caller's transaction, which holds the account's import lock and its plays lock, and must still decide
    which reports of other sources count in that span (db/plays/matching.py).
    """
    values = {"account": account_id, "import": import_id}
    for statement in (GONE, UNTIE, DELETE, CREATE, CONTEST, *FORGET):
        database.execute_sql(statement, values)
    resolve(account_id)
    return span_of(SPAN)
