"""Reports of one play by several exports of the same kind: as many count as the export that has most of them.

An export of 2019 and one of 2025 agree on when a play ended, on what was played and for how long, and may differ in
everything else. Of such reports the most detailed count; which import came first does not matter.
"""

from db.connection import database, row

SAME_KEY = """
    {0}.source = {1}.source AND {0}.played_at = {1}.played_at AND {0}.track_id IS NOT DISTINCT FROM {1}.track_id
    AND {0}.episode_id IS NOT DISTINCT FROM {1}.episode_id AND {0}.ms_played IS NOT DISTINCT FROM {1}.ms_played
"""
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
    SELECT candidate.source, candidate.played_at, candidate.track_id, candidate.episode_id, candidate.ms_played
    FROM candidate JOIN play ON play.account_id = %(account)s AND {SAME_KEY.format("candidate", "play")}
    WHERE stored AND play.id <> candidate.id GROUP BY 1, 2, 3, 4, 5
"""
REPEATED = f"""
    INSERT INTO contested SELECT DISTINCT source, played_at, track_id, episode_id, ms_played FROM import_repeat
    WHERE account_id = %(account)s AND import_id = %(import)s AND NOT EXISTS (
        SELECT FROM contested WHERE {SAME_KEY.format("contested", "import_repeat")})
"""
BEFORE = f"""
    UPDATE contested SET before = greatest(
        (SELECT max(copies) FROM import_repeat WHERE account_id = %(account)s AND import_id <> %(import)s
            AND {SAME_KEY.format("contested", "import_repeat")}),
        (SELECT 1 FROM play WHERE account_id = %(account)s AND {SAME_KEY.format("contested", "play")}
            AND id < coalesce((SELECT min(id) FROM candidate WHERE stored), 9223372036854775807) LIMIT 1), 0)
"""
COPIES = f"""
    UPDATE contested SET copies = found.copies FROM (
        SELECT source, played_at, track_id, episode_id, ms_played, max(copies) AS copies FROM import_repeat
        WHERE account_id = %(account)s GROUP BY 1, 2, 3, 4, 5
    ) found WHERE {SAME_KEY.format("contested", "found")}
"""
RESOLVE = f"""
    WITH ranked AS (
        SELECT play.id, play.superseded_by, contested.copies, contested.ctid AS key, row_number() OVER (
            PARTITION BY contested.ctid
            ORDER BY num_nonnulls(started_at, reason_start, reason_end, shuffle, skipped, offline, incognito, platform,
                                  country) DESC, digest) AS place
        FROM contested JOIN play ON account_id = %(account)s AND {SAME_KEY.format("contested", "play")}
    ), settled AS (
        SELECT ranked.id, ranked.superseded_by, best.id AS best FROM ranked
        LEFT JOIN ranked best ON best.key = ranked.key AND ranked.place > ranked.copies
            AND best.place = (ranked.place - 1) %% ranked.copies + 1
    )
    UPDATE play SET superseded_by = best FROM settled
    WHERE account_id = %(account)s AND play.id = settled.id AND settled.superseded_by IS DISTINCT FROM best
"""


def resolve_after_import(account_id: int, import_id: int) -> None:
    """Decide which of the reports that the import's reports meet count; part of its transaction."""
    values = {"account": account_id, "import": import_id}
    database.execute_sql(CREATE)
    if row(OTHERS, **values) is not None:
        database.execute_sql(AFTER_IMPORT, values)
    database.execute_sql(REPEATED, values)
    database.execute_sql(BEFORE, values)
    resolve(account_id)


def resolve(account_id: int) -> None:
    """Decide for the keys in the table `contested`, which the caller has filled."""
    for statement in ("ANALYZE contested", COPIES, RESOLVE):
        database.execute_sql(statement, {"account": account_id})
