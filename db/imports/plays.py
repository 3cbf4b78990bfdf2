"""Turn staged rows into reports of plays, each once, and determine the fate of every row.

Identity (docs/rules/plays.md has the full rule): rows of one export with the same digest are the same row. Rows that
differ are different plays, distinguished by their stored columns and, if these are equal, by `occurrence`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from db.engine.connection import database, row
from db.engine.locks import wait_for_plays_lock
from db.engine.records import record, records
from db.plays.coverage import Covered, FileSet, add_coverage, store_coverage
from db.plays.variants import KEY

# With the default 4 MB, sorting hundreds of thousands of rows would use files. Rough statistics of them are enough.
# Separate statements, because Citus repeats each setting on the nodes that the transaction uses.
SETTINGS = ("SET LOCAL work_mem = '96MB'", "SET LOCAL default_statistics_target = 10")
CREATE = """
    CREATE TEMPORARY TABLE candidate (
        export_no integer, file_no integer, row_no integer, source text, played_at timestamptz(3),
        started_at timestamptz(3), track_id bigint, episode_id bigint, ms_played integer, occurrence integer,
        digest bigint, reason_start text, reason_end text, shuffle boolean, skipped boolean, offline boolean,
        incognito boolean, platform text, country text, context_uri text,
        id bigint,  -- the report that this row creates or repeats; null for a copy of another row
        stored boolean  -- whether this row creates the report
    ) ON COMMIT DROP;
"""
# One line for each row of an export: its report, and whether that exists already. One sort serves both windows. Each
# report is looked up separately: a merge join by time would compare thousands of rows of one second with each other.
LOOKED_UP = """
    LEFT JOIN LATERAL (
        SELECT id FROM play WHERE account_id = (SELECT %(account)s::bigint) AND played_at = reported.played_at
            AND digest = report OFFSET 0
    ) play ON copy_no = 1
"""
# A cluster cannot look up the rows of a temporary table one by one, so this joins all of them on the account's node.
FOUND_TOGETHER = """
    LEFT JOIN (
        SELECT play.id, play.played_at, play.digest FROM reported JOIN play
            ON account_id = %(account)s AND play.played_at = reported.played_at AND play.digest = report
        WHERE copy_no = 1
    ) play ON copy_no = 1 AND play.played_at = reported.played_at AND play.digest = report
"""
CANDIDATES = """
    INSERT INTO candidate
    WITH resolved AS (
        SELECT staged.*, coalesce(by_uri.id, by_name.id) AS track_id,
            coalesce(heard.id, heard_by_name.id) AS episode_id,
            coalesce(staged.uri, artist_or_show || chr(31) || staged.name) AS item,
            -- A track cannot be loaded after it ended: if a row says so, its clock was wrong.
            CASE WHEN to_timestamp(loaded_ms / 1000.0) <= played_at
                THEN to_timestamp(loaded_ms / 1000.0)::timestamptz(3) END AS started_at
        FROM staged
        LEFT JOIN track by_uri ON kind = 'track' AND by_uri.uri = staged.uri
        LEFT JOIN track by_name ON kind = 'track' AND staged.uri IS NULL AND by_name.uri IS NULL
            AND by_name.artist_name = artist_or_show AND by_name.name = staged.name
        LEFT JOIN episode heard ON staged.kind <> 'track' AND heard.uri = staged.uri
        LEFT JOIN episode heard_by_name ON staged.kind <> 'track' AND staged.uri IS NULL AND heard_by_name.uri IS NULL
            AND heard_by_name.show_name = artist_or_show AND heard_by_name.name = staged.name
        WHERE export_no = %(export_no)s
    ), digested AS (
        SELECT *, play_digest(source, item, ms_played, 0, started_at, reason_start, reason_end,
                              shuffle, skipped, offline, incognito, platform, country) AS content
        FROM resolved
    ), counted AS (
        SELECT *, row_number() OVER (PARTITION BY played_at, content, digest ORDER BY file_no, row_no) AS copy_no,
                  dense_rank() OVER (PARTITION BY played_at, content ORDER BY digest) - 1 AS twin_no
        FROM digested
    ), reported AS (
        SELECT *, CASE WHEN twin_no = 0 THEN content ELSE
            play_digest(source, item, ms_played, twin_no::int, started_at, reason_start, reason_end,
                        shuffle, skipped, offline, incognito, platform, country) END AS report
        FROM counted
    )
    SELECT export_no, file_no, row_no, reported.source, reported.played_at, reported.started_at, reported.track_id,
           reported.episode_id, reported.ms_played, twin_no, report, reported.reason_start, reported.reason_end,
           reported.shuffle, reported.skipped, reported.offline, reported.incognito, reported.platform,
           reported.country, reported.context_uri,
           CASE WHEN copy_no = 1 THEN coalesce(play.id, nextval('play_id_seq')) END,
           copy_no = 1 AND play.id IS NULL
    FROM reported {joined} ORDER BY reported.played_at
"""
PLAYS = """
    INSERT INTO play (account_id, id, played_at, started_at, track_id, episode_id, ms_played, source, occurrence,
                      digest, reason_start, reason_end, shuffle, skipped, offline, incognito, platform, country,
                      context_uri)
    OVERRIDING SYSTEM VALUE
    SELECT %(account)s, id, played_at, started_at, track_id, episode_id, ms_played, source, occurrence, digest,
           reason_start, reason_end, shuffle, skipped, offline, incognito, platform, country, context_uri
    FROM candidate WHERE stored AND export_no = %(export_no)s
      AND ctid >= format('(%%s,0)', %(first)s)::tid AND ctid < format('(%%s,0)', %(last)s)::tid
"""
MANY = 10_000
PAGES = 500  # of the table of candidates at a time: some 15,000 rows
# Every report that the export contains, to undo it.
EXPORT = """
    INSERT INTO import_export (account_id, import_id, export_no, plays)
    SELECT %(account)s, %(import)s, %(export_no)s,
        -- A first import's ids have no gaps; building a range from each of a million takes a second.
        (SELECT CASE WHEN max(id) - min(id) + 1 = count(id) THEN int8multirange(int8range(min(id), max(id), '[]'))
            ELSE (SELECT coalesce(range_agg(int8range(id, id, '[]')), '{}') FROM candidate
                  WHERE export_no = %(export_no)s AND id IS NOT NULL) END
         FROM candidate WHERE export_no = %(export_no)s)
"""
REPEATS = """
    INSERT INTO import_repeat (account_id, import_id, export_no, source, played_at, track_id, episode_id, ms_played,
                               copies)
    SELECT %(account)s, %(import)s, %(export_no)s, source, played_at, track_id, episode_id, ms_played, count(*)
    FROM candidate WHERE export_no = %(export_no)s AND id IS NOT NULL AND played_at IN (
        -- Few rows share their moment; sorting by that alone takes half the time.
        SELECT played_at FROM candidate WHERE export_no = %(export_no)s AND id IS NOT NULL
        GROUP BY 1 HAVING count(*) > 1)
    GROUP BY source, played_at, track_id, episode_id, ms_played HAVING count(*) > 1
"""
ASIDE = """
    INSERT INTO set_aside_row (account_id, import_id, file_no, row_no, fate, reason, content)
    SELECT %(account)s, %(import)s, file_no, row_no, fate, reason, coalesce(content, '') FROM staged_aside
"""
# The same export again: copy what it reported before.
AGAIN = (
    """INSERT INTO import_export (account_id, import_id, export_no, plays, covers, extended_covers)
       SELECT account_id, %(import)s, %(export_no)s, plays, covers, extended_covers FROM import_export
       WHERE account_id = %(account)s AND import_id = %(known_import)s AND export_no = %(known_export)s""",
    """INSERT INTO import_repeat (account_id, import_id, export_no, source, played_at, track_id, episode_id, ms_played,
                                  copies)
       SELECT account_id, %(import)s, %(export_no)s, source, played_at, track_id, episode_id, ms_played, copies
       FROM import_repeat
       WHERE account_id = %(account)s AND import_id = %(known_import)s AND export_no = %(known_export)s""",
    """INSERT INTO set_aside_row (account_id, import_id, file_no, row_no, fate, reason, content)
       SELECT account_id, %(import)s, files.now, row_no, fate, reason, content
       FROM unnest(%(file_nos)s::int[], %(known_file_nos)s::int[]) AS files (now, known)
       JOIN set_aside_row ON account_id = %(account)s AND import_id = %(known_import)s AND file_no = files.known""",
)
# Even without a new report another one may count now: the export may show that two reports are two plays.
SPAN = """
    SELECT min(played_at) AS start, max(played_at) AS end, (SELECT count(*) FROM candidate WHERE stored) AS plays
    FROM (SELECT played_at FROM candidate WHERE stored UNION ALL SELECT played_at FROM contested) changed
"""
# If rows share their key with other exports' reports, as many are new as there are more plays now. Those that count
# come first, although a new play may have its best report in an older export, or this export may show that two reports
# that were considered one are two plays. The rest are better reports of known plays.
CONTESTED_FATE = f"""
    CREATE TEMPORARY TABLE contested_fate ON COMMIT DROP AS
    WITH alike AS (
        SELECT {KEY}, id, file_no, row_no, stored, NULL::integer AS copies, NULL::integer AS before
        FROM candidate WHERE id IS NOT NULL AND played_at IN (SELECT played_at FROM contested)
        UNION ALL SELECT {KEY}, NULL, NULL, NULL, NULL, copies, before FROM contested WHERE before > 0
    ), joined AS (
        SELECT *, max(copies - before) OVER (PARTITION BY {KEY}) AS more FROM alike
    ), reported AS (
        SELECT DISTINCT ON (joined.id) joined.*, superseded_by IS NULL AS counts
        FROM joined JOIN play ON account_id = (SELECT %(account)s::bigint) AND play.id = joined.id
        WHERE more IS NOT NULL ORDER BY joined.id, stored DESC, file_no, row_no
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY {KEY} ORDER BY counts DESC, stored DESC, id) AS place FROM reported
    )
    SELECT id, file_no, row_no, CASE WHEN place <= more THEN 'new' ELSE 'better' END AS fate
    FROM ranked WHERE place <= more OR stored AND counts;

    ANALYZE contested_fate -- nearly always empty; without statistics the planner expects many rows
"""
FATES = """
    SELECT candidate.file_no, CASE
        WHEN candidate.id IS NULL THEN 'identical'
        WHEN candidate.episode_id IS NOT NULL THEN 'not_music'
        WHEN fate IS NOT NULL THEN fate
        WHEN NOT stored THEN 'identical'
        WHEN play.superseded_by IS NOT NULL THEN 'superseded'
        ELSE 'new' END AS fate, count(*) AS rows
    FROM candidate LEFT JOIN contested_fate USING (file_no, row_no)
    LEFT JOIN play ON account_id = (SELECT %(account)s::bigint) AND play.superseded_by IS NOT NULL
        AND play.id = candidate.id AND stored
    GROUP BY 1, 2 ORDER BY 1, 2
"""
# The fates that change by matching with other sources and with renamed plays: a few rows, looked up while collectors
# wait. (For the SELECT around the account, see db/plays/reports.py.)
OTHERS = "SELECT FROM play WHERE account_id = %(account)s AND source <> 'extended' LIMIT 1"
LOOK_UP = "CREATE INDEX ON candidate (id) WHERE stored"
MOVED = """
    WITH tied AS (
        SELECT worse.id AS worse, best.id AS best,
            coalesce(best.source <> better.source OR best.track_id <> better.track_id, false) AS best_is_tied
        FROM play worse JOIN play best ON best.account_id = worse.account_id AND best.id = worse.superseded_by
        LEFT JOIN play better ON better.account_id = best.account_id AND better.id = best.superseded_by
        WHERE worse.account_id = (SELECT %(account)s::bigint) AND worse.superseded_by IS NOT NULL
          AND (worse.source <> best.source OR worse.track_id <> best.track_id)  -- or renamed between two exports
    ), moved AS (
        SELECT worse AS id, 'superseded' AS fate FROM tied
        UNION SELECT best, 'better' FROM tied
            WHERE NOT EXISTS (SELECT FROM candidate WHERE candidate.id = worse AND stored)
              AND NOT best_is_tied
    ), original AS (
        SELECT candidate.id, candidate.file_no, coalesce(contested_fate.fate, 'new') AS fate
        FROM moved JOIN candidate ON candidate.id = moved.id AND stored AND track_id IS NOT NULL
        LEFT JOIN contested_fate ON contested_fate.id = candidate.id
        UNION SELECT contested_fate.id, file_no, contested_fate.fate FROM contested_fate JOIN moved USING (id)
    )
    SELECT file_no, original.fate AS before, moved.fate AS after, count(*) AS rows
    FROM moved JOIN original USING (id) GROUP BY 1, 2, 3
"""


class Span(msgspec.Struct, frozen=True):
    """From the first to the last of some plays, and their number."""

    start: datetime
    end: datetime
    plays: int


class _MaybeSpan(msgspec.Struct, frozen=True):
    start: datetime | None
    end: datetime | None
    plays: int


class FateCount(msgspec.Struct, frozen=True):
    """The number of a file's rows that have one fate."""

    file_no: int
    fate: str
    rows: int


class FateChange(msgspec.Struct, frozen=True):
    """The number of a file's rows whose fate has changed."""

    file_no: int
    before: str
    after: str
    rows: int


def span_of(statement: str) -> Span | None:
    """The span that a statement returns; None if it has no start or end."""
    span = record(_MaybeSpan, statement)
    return Span(span.start, span.end, span.plays) if span and span.start and span.end else None


@dataclass(frozen=True, slots=True)
class Export:
    """Files that are imported together: those of one zip or folder, or loose files.

    The export covers the time of the `covering` files, and the time that it `states`.
    """

    export_no: int
    covering: tuple[FileSet, ...]
    states: Covered


def prepare_plays(account_id: int) -> None:
    """Create the table of candidates, in the transaction that stores the import."""
    for statement in (*SETTINGS, CREATE):
        database.execute_sql(statement)
    if row("SELECT FROM staged WHERE source = 'recent' LIMIT 1") is not None:
        wait_for_plays_lock(account_id)  # a collector could store the same reports meanwhile


def store_export(account_id: int, import_id: int, export: Export) -> Iterator[float]:
    """Store the new reports of one export, and what is needed to undo it.

    Yields the share of the work that is done, from 0 to 1.
    """
    values: dict[str, object] = {
        "account": account_id,
        "import": import_id,
        "export_no": export.export_no,
    }
    before = _pages()
    joined = FOUND_TOGETHER if database.obj.is_distributed else LOOKED_UP
    database.execute_sql(CANDIDATES.format(joined=joined), values)
    yield 0.5
    after = _pages()
    for first in range(max(before - 1, 0), after, PAGES):
        database.execute_sql(PLAYS, values | {"first": first, "last": min(first + PAGES, after)})
        yield 0.5 + 0.5 * min(first + PAGES, after) / after
    database.execute_sql(EXPORT, values)
    database.execute_sql(REPEATS, values)
    store_coverage(account_id, import_id, export.export_no, export.covering, export.states)


def _pages() -> int:
    (pages,) = row("SELECT pg_relation_size('candidate') / current_setting('block_size')::int") or (0,)
    return int(pages)


def repeat_export(
    account_id: int, import_id: int, export: Export, original: tuple[int, int], file_nos: Mapping[int, int]
) -> None:
    """Store that this import contains the same as `original` (import, number of its export), with files `file_nos`."""
    values = {
        "account": account_id,
        "import": import_id,
        "export_no": export.export_no,
        "known_import": original[0],
        "known_export": original[1],
        "file_nos": list(file_nos),
        "known_file_nos": list(file_nos.values()),
    }
    for statement in AGAIN:
        database.execute_sql(statement, values)
    add_coverage(account_id, import_id, export.export_no, export.states)


def store_set_aside(account_id: int, import_id: int) -> None:
    database.execute_sql(ASIDE, {"account": account_id, "import": import_id})


def refresh_statistics(rows_read: int) -> None:
    """Update the planner's statistics after many new plays, instead of waiting for autovacuum."""
    if rows_read >= MANY:
        database.execute_sql("ANALYZE play")


def stored_span() -> Span | None:
    """The span of the reports that the import created or decided about; None if there are none."""
    return span_of(SPAN)


def fates(account_id: int) -> list[FateCount]:
    """The fates of each file's rows before matching with other sources."""
    database.execute_sql(CONTESTED_FATE, {"account": account_id})
    if row(OTHERS, account=account_id) is not None:
        database.execute_sql(LOOK_UP)
    return records(FateCount, FATES, {"account": account_id})


def moved_fates(account_id: int) -> list[FateChange]:
    """The changes of fates by matching with other sources."""
    return records(FateChange, MOVED, {"account": account_id})
