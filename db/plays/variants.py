"""Reports of one play by several exports of the same kind: as many count as the export that has most of them.

An export of 2019 and one of 2025 agree on when a play ended, on what was played and for how long, and may differ in
everything else. Of such reports the most detailed count; which import came first does not matter.

Reports of one key are brought together by sorting, and not by a join: a join that cannot compare nulls by hash looks
through all that share an instant for each of them, and thousands can.
"""

from db.engine.connection import database, row

KEY = "source, played_at, track_id, episode_id, ms_played"
# `copies` is how many plays there are of a key, `before` how many there were before the import.
CREATE = """
    CREATE TEMPORARY TABLE contested (
        source text, played_at timestamptz(3), track_id bigint, episode_id bigint, ms_played integer,
        copies integer NOT NULL DEFAULT 1, before integer NOT NULL DEFAULT 0
    ) ON COMMIT DROP
"""
# Of an import: where its new reports meet others (a first import meets none but its own, and says so itself), and where
# it says that there are several plays.
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
    ), said AS (
        SELECT {KEY}, id, NULL::integer AS copies, NULL::bigint AS import_id FROM moment JOIN play USING (played_at)
        WHERE account_id = (SELECT %(account)s::bigint)
        UNION ALL SELECT {KEY}, NULL, copies, import_id FROM moment JOIN import_repeat USING (played_at)
        WHERE account_id = (SELECT %(account)s::bigint)
    )
    SELECT {KEY}, coalesce(max(copies), 1),
        greatest(max(copies) FILTER (WHERE import_id <> %(import)s), max(1) FILTER (WHERE said.id < first.id), 0)
    FROM said CROSS JOIN first GROUP BY {KEY}, first.id
    HAVING %(others)s AND count(said.id) > 1 AND max(said.id) >= first.id OR bool_or(import_id = %(import)s)
"""
# Keys of what stands in the table `gone` and is deleted that other reports have.
LIKE_THOSE_GONE = f"""
    SELECT {KEY} FROM (
        SELECT {KEY}, true AS is_gone FROM gone
        UNION ALL SELECT {KEY}, false FROM (SELECT DISTINCT played_at FROM gone) moment JOIN play USING (played_at)
        WHERE account_id = (SELECT %(account)s::bigint)
    ) report GROUP BY {KEY} HAVING bool_or(is_gone) AND NOT bool_and(is_gone)
"""
# The best of as many as there are plays count; the others give way to those in turn.
RESOLVE = f"""
    WITH moment AS (
        SELECT DISTINCT played_at FROM contested
    ), said AS (
        SELECT {KEY}, id, superseded_by, digest, num_nonnulls(started_at, reason_start, reason_end, shuffle, skipped,
            offline, incognito, platform, country) AS details, NULL::integer AS copies, false AS is_contested
        FROM moment JOIN play USING (played_at) WHERE account_id = (SELECT %(account)s::bigint)
        UNION ALL SELECT {KEY}, NULL, NULL, NULL, NULL, copies, false FROM moment JOIN import_repeat USING (played_at)
        WHERE account_id = (SELECT %(account)s::bigint)
        UNION ALL SELECT {KEY}, NULL, NULL, NULL, NULL, NULL, true FROM contested
    ), counted AS (
        SELECT *, coalesce(max(copies) OVER alike, 1) AS plays, bool_or(is_contested) OVER alike AS concerned
        FROM said WINDOW alike AS (PARTITION BY {KEY})
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY {KEY} ORDER BY details DESC, digest) AS place
        FROM counted WHERE concerned AND id IS NOT NULL
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
    """Decide which of the reports that the import's reports meet count; part of its transaction."""
    meets_others = row(OTHERS, account=account_id) is not None
    database.execute_sql(CREATE)
    database.execute_sql(AFTER_IMPORT, {"account": account_id, "import": import_id, "others": meets_others})
    resolve(account_id)


def resolve(account_id: int) -> None:
    """Decide for the keys in the table `contested`, which the caller has filled."""
    for statement in ("ANALYZE contested", RESOLVE):
        database.execute_sql(statement, {"account": account_id})
