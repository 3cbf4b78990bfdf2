"""The periods for which an export is complete, computed when it is imported and stored with it.

Only Spotify's exports contain everything that was played. A listen from ListenBrainz or a collector says nothing about
the time around it: the reporting program may have been off.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec

from db.engine.connection import database
from db.engine.records import records
from db.plays.heard_at import LONGEST_OFFLINE

A_DAY = timedelta(days=1)
LONGEST_SILENCE = timedelta(days=60)
COMPLETE_SOURCES = ("extended", "account")

# Offline plays are reported later than they were heard; the file covers the time at which they were heard.
SPANS_OF_FILES = f"""
    SELECT file_no, source,
        min(least(played_at, CASE WHEN offline AND started_at > played_at - {LONGEST_OFFLINE}
            THEN started_at + ms_played * interval '1 ms' END)) AS first,
        max(played_at) AS last
    FROM candidate
    WHERE export_no = %(export_no)s AND file_no = ANY(%(files)s) GROUP BY file_no, source
"""
# For our own export without a statement of coverage: each stretch of rows from Spotify's exports that has no long
# silence and no day with rows from other sources only, and the part of it that extended exports cover.
STRETCHES = """
    WITH ordered AS (
        SELECT played_at, source, source = ANY(%(complete)s) AS is_complete,
               count(*) FILTER (WHERE source <> ALL(%(complete)s)) OVER (ORDER BY played_at, file_no, row_no) AS others
        FROM candidate WHERE export_no = %(export_no)s AND file_no = ANY(%(files)s)
    ), complete AS (
        SELECT *, lag(played_at) OVER in_time AS before, lag(others) OVER in_time AS others_before
        FROM ordered WHERE is_complete WINDOW in_time AS (ORDER BY played_at, others)
    ), stretched AS (
        SELECT *, count(*) FILTER (WHERE played_at - before > CASE WHEN others > others_before THEN %(day)s
                                                                  ELSE %(silence)s END)
            OVER (ORDER BY played_at, others) AS stretch
        FROM complete
    )
    SELECT min(played_at) AS first, max(played_at) AS last,
           min(played_at) FILTER (WHERE source = 'extended') AS first_extended,
           max(played_at) FILTER (WHERE source = 'extended') AS last_extended
    FROM stretched GROUP BY stretch
"""
ADD = """
    UPDATE import_export SET
        covers = covers + coalesce((SELECT range_agg(tstzrange(since, until, '[]'))
            FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS covered (since, until)), '{}'),
        extended_covers = extended_covers + coalesce((SELECT range_agg(tstzrange(since, until, '[]'))
            FROM unnest(%(extended_starts)s::timestamptz[], %(extended_ends)s::timestamptz[]) AS covered (since, until)
            ), '{}')
    WHERE account_id = %(account)s AND import_id = %(import)s AND export_no = %(export_no)s
"""
Stretch = tuple[datetime, datetime]  # from the first to the last moment


@dataclass(frozen=True, slots=True)
class FileSet:
    """Files that together also cover the time between them, if it is no longer than `bridges`."""

    file_nos: tuple[int, ...]
    bridges: timedelta


@dataclass(frozen=True, slots=True)
class Covered:
    """The periods that an export covers, and those of them that an extended export covers."""

    covers: Sequence[Stretch] = ()
    extended: Sequence[Stretch] = ()


class _FileSpan(msgspec.Struct, frozen=True):
    """The first and the last moment of one source in one file."""

    file_no: int
    source: str
    first: datetime
    last: datetime


class _OwnStretch(msgspec.Struct, frozen=True):
    first: datetime
    last: datetime
    first_extended: datetime | None
    last_extended: datetime | None


def store_coverage(account_id: int, import_id: int, export_no: int, sets: Sequence[FileSet], stated: Covered) -> None:
    """Store what an export covers, by its rows (the candidates of db/imports/plays.py) and by its own statement."""
    files = [file_no for file_set in sets for file_no in file_set.file_nos]
    values: dict[str, Any] = {"export_no": export_no, "files": files, "complete": list(COMPLETE_SOURCES)}
    spans = records(_FileSpan, SPANS_OF_FILES, values) if files else []
    by_rows = _by_stretches(values) if _is_our_own(spans) else _by_files(spans, sets)
    covered = Covered([*by_rows.covers, *stated.covers], [*by_rows.extended, *stated.extended])
    add_coverage(account_id, import_id, export_no, covered)


def _by_stretches(values: dict[str, Any]) -> Covered:
    stretches = records(_OwnStretch, STRETCHES, values | {"day": A_DAY, "silence": LONGEST_SILENCE})
    extended = [(stretch.first_extended, stretch.last_extended) for stretch in stretches]
    return Covered(
        [(stretch.first, stretch.last) for stretch in stretches],
        [(first, last) for first, last in extended if first is not None and last is not None],
    )


def _by_files(spans: Sequence[_FileSpan], sets: Sequence[FileSet]) -> Covered:
    extended = list(_of_source(spans, sets, "extended"))
    return Covered([*extended, *_of_source(spans, sets, "account")], extended)


def add_coverage(account_id: int, import_id: int, export_no: int, covered: Covered) -> None:
    """Add periods to those that an export covers."""
    values = {
        "starts": [first for first, _ in covered.covers],
        "ends": [last for _, last in covered.covers],
        "extended_starts": [first for first, _ in covered.extended],
        "extended_ends": [last for _, last in covered.extended],
    }
    keys = {"account": account_id, "import": import_id, "export_no": export_no}
    database.execute_sql(ADD, values | keys)


def _is_our_own(spans: Sequence[_FileSpan]) -> bool:
    """Whether a file mixes sources as only our own exports do: it has collected plays, or ListenBrainz and others."""
    file_no = attrgetter("file_no")
    for _, group in groupby(sorted(spans, key=file_no), key=file_no):
        sources = {span.source for span in group}
        if sources & {"recent", "current"} or ("listenbrainz" in sources and len(sources) > 1):
            return True
    return False


def _of_source(spans: Sequence[_FileSpan], sets: Sequence[FileSet], source: str) -> Iterator[Stretch]:
    of_source = [span for span in spans if span.source == source]
    for file_set in sets:
        stretches = ((span.first, span.last) for span in of_source if span.file_no in file_set.file_nos)
        yield from _joined(stretches, file_set.bridges)


def _joined(stretches: Iterable[Stretch], bridges: timedelta) -> list[Stretch]:
    joined: list[Stretch] = []
    for first, last in sorted(stretches):
        if joined and first - joined[-1][1] <= bridges:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined
