"""Choose which reports count if several exports of one kind have the same plays: as many as in the fullest export.

Exports of 2019 and 2025 agree on when a play ended, what was played and for how long; everything else may differ. The
most detailed of such reports count, in whatever order they were imported.

Reports of one key are brought together by sorting, not by a join, which cannot compare nulls by hash: for each report,
it would read all reports of the same instant, and there can be thousands.
"""

from db.engine.connection import database, row

KEY = "source, played_at, track_id, episode_id, ms_played"
# `copies` is the number of plays with a key, `before` their number before the import.
CREATE = """
    CREATE TEMPORARY TABLE contested (
        source text, played_at timestamptz(3), track_id bigint, episode_id bigint, ms_played integer,
        copies integer NOT NULL DEFAULT 1, before integer NOT NULL DEFAULT 0
    ) ON COMMIT DROP
"""
# For an import: the keys that its new reports share with others (a first import can share none), and those of which it
# contains several plays.
OTHERS = """
    SELECT FROM import_export WHERE account_id = %(account)s HAVING count(*) > 1
"""
AFTER_IMPORT = f"""
    INSERT INTO contested
    WITH first AS (
        SELECT coalesce(min(id), 9223372036854775807) AS id FROM candidate WHERE stored
    ), moment AS (
        SELECT played_at FROM candidate WHERE stored AND %(others)s
        UNION SELECT played_at FROM import_repeat WHERE account_id = %(account)s AND import_id = %(import)s
    ), report AS (
        SELECT {KEY}, id, NULL::integer AS copies, NULL::bigint AS import_id FROM moment JOIN play USING (played_at)
        WHERE account_id = (SELECT %(account)s::bigint)
        UNION ALL SELECT {KEY}, NULL, copies, import_id FROM moment JOIN import_repeat USING (played_at)
        WHERE account_id = (SELECT %(account)s::bigint)
    )
    SELECT {KEY}, coalesce(max(copies), 1),
        greatest(max(copies) FILTER (WHERE import_id <> %(import)s), max(1) FILTER (WHERE report.id < first.id), 0)
    FROM report CROSS JOIN first GROUP BY {KEY}, first.id
    HAVING %(others)s AND count(report.id) > 1 AND max(report.id) >= first.id OR bool_or(import_id = %(import)s)
"""
# The keys that remaining reports share with deleted ones, which are in the table `gone`.
LIKE_THOSE_GONE = f"""
    SELECT {KEY} FROM (
        SELECT {KEY}, true AS is_gone FROM gone
        UNION ALL SELECT {KEY}, false FROM (SELECT DISTINCT played_at FROM gone) moment JOIN play USING (played_at)
        WHERE account_id = (SELECT %(account)s::bigint)
    ) report GROUP BY {KEY} HAVING bool_or(is_gone) AND NOT bool_and(is_gone)
"""
# As many of the best reports count as there are plays; these supersede the others in turn.
RESOLVE = f"""
    WITH moment AS (
        SELECT DISTINCT played_at FROM contested
    ), report AS (
        SELECT {KEY}, id, superseded_by, digest, num_nonnulls(started_at, reason_start, reason_end, shuffle, skipped,
            offline, incognito, platform, country) AS details, NULL::integer AS copies, false AS is_contested
        FROM moment JOIN play USING (played_at) WHERE account_id = (SELECT %(account)s::bigint)
        UNION ALL SELECT {KEY}, NULL, NULL, NULL, NULL, copies, false FROM moment JOIN import_repeat USING (played_at)
        WHERE account_id = (SELECT %(account)s::bigint)
        UNION ALL SELECT {KEY}, NULL, NULL, NULL, NULL, NULL, true FROM contested
    ), counted AS (
        SELECT *, coalesce(max(copies) OVER alike, 1) AS plays, bool_or(is_contested) OVER alike AS is_affected
        FROM report WINDOW alike AS (PARTITION BY {KEY})
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY {KEY} ORDER BY details DESC, digest) AS place
        FROM counted WHERE is_affected AND id IS NOT NULL
    ), settled AS (
        SELECT id, superseded_by, CASE WHEN place > plays THEN
            first_value(id) OVER (PARTITION BY {KEY}, (place - 1) %% plays ORDER BY place) END AS best
        FROM ranked
    )
    UPDATE play SET superseded_by = best FROM settled
    WHERE account_id = (SELECT %(account)s::bigint) AND play.id = settled.id
      AND settled.superseded_by IS DISTINCT FROM best
"""


def resolve_after_import(account_id: int, import_id: int) -> None:
    """Decide which reports count that share a key with the import's, in its transaction."""
    has_others = row(OTHERS, account=account_id) is not None
    database.execute_sql(CREATE)
    database.execute_sql(AFTER_IMPORT, {"account": account_id, "import": import_id, "others": has_others})
    resolve(account_id)


def resolve(account_id: int) -> None:
    """Decide which reports count for the keys in the table `contested`, which the caller has filled."""
    for statement in ("ANALYZE contested", RESOLVE):
        database.execute_sql(statement, {"account": account_id})
