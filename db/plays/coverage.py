"""For which time an export tells everything, worked out once, when it is imported, and kept with it.

Only Spotify's exports say all that was played. A listen that ListenBrainz or a collector reported tells of itself, and
nothing of the time before and after it: whoever reported it may have been off.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from db.engine.connection import database, rows
from db.plays.heard_at import LONGEST_OFFLINE

A_DAY = timedelta(days=1)
LONGEST_SILENCE = timedelta(days=60)
TELLING = ("extended", "account")

# (file number, source, first, last) of everything that the files hold. What was played offline is told later than it
# was heard: the files cover it all the same.
OF_FILES = f"""
    SELECT file_no, source,
        min(least(played_at, CASE WHEN offline AND started_at > played_at - {LONGEST_OFFLINE}
            THEN started_at + ms_played * interval '1 ms' END)),
        max(played_at)
    FROM candidate
    WHERE export_no = %(export_no)s AND file_no = ANY(%(files)s) GROUP BY file_no, source
"""
# Of rows of our own export that does not say what it covers: each stretch that Spotify's exports told without a long
# silence, and without a day that only others told; then from which to which of its moments extended ones did.
OF_STRETCHES = """
    WITH ordered AS (
        SELECT played_at, source, source = ANY(%(telling)s) AS tells,
               count(*) FILTER (WHERE source <> ALL(%(telling)s)) OVER (ORDER BY played_at, file_no, row_no) AS others
        FROM candidate WHERE export_no = %(export_no)s AND file_no = ANY(%(files)s)
    ), told AS (
        SELECT *, lag(played_at) OVER in_time AS before, lag(others) OVER in_time AS others_before
        FROM ordered WHERE tells WINDOW in_time AS (ORDER BY played_at, others)
    ), stretched AS (
        SELECT *, count(*) FILTER (WHERE played_at - before > CASE WHEN others > others_before THEN %(day)s
                                                                  ELSE %(silence)s END)
            OVER (ORDER BY played_at, others) AS stretch
        FROM told
    )
    SELECT min(played_at), max(played_at), min(played_at) FILTER (WHERE source = 'extended'),
           max(played_at) FILTER (WHERE source = 'extended')
    FROM stretched GROUP BY stretch
"""
KEEP = """
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
    """Files that cover what lies between them too, unless it is longer than `bridges`."""

    file_nos: tuple[int, ...]
    bridges: timedelta


@dataclass(frozen=True, slots=True)
class Covered:
    """What an export covers, and what of it an extended export tells."""

    covers: Sequence[Stretch] = ()
    extended: Sequence[Stretch] = ()


def store_coverage(account_id: int, import_id: int, export_no: int, sets: Sequence[FileSet], stated: Covered) -> None:
    """Of an export whose rows are candidates (db/imports/plays.py), beside what it says itself."""
    files = [file_no for one in sets for file_no in one.file_nos]
    values: dict[str, Any] = {"export_no": export_no, "files": files, "telling": list(TELLING)}
    spans = rows(OF_FILES, **values) if files else []
    if _is_our_own(spans):
        told = rows(OF_STRETCHES, **values, day=A_DAY, silence=LONGEST_SILENCE)
        everything = [(first, last) for first, last, *_ in told]
        extended = [(first, last) for *_, first, last in told if first is not None]
    else:
        extended = list(_of_source(spans, sets, "extended"))
        everything = [*extended, *_of_source(spans, sets, "account")]
    covered = Covered([*everything, *stated.covers], [*extended, *stated.extended])
    keep_coverage(account_id, import_id, export_no, covered)


def keep_coverage(account_id: int, import_id: int, export_no: int, stated: Covered) -> None:
    """Add to what an export is known to cover."""
    values = {
        "starts": [first for first, _ in stated.covers],
        "ends": [last for _, last in stated.covers],
        "extended_starts": [first for first, _ in stated.extended],
        "extended_ends": [last for _, last in stated.extended],
    }
    keys = {"account": account_id, "import": import_id, "export_no": export_no}
    database.execute_sql(KEEP, values | keys)


Spans = Sequence[tuple[int, str, datetime, datetime]]


def _is_our_own(spans: Spans) -> bool:
    """Spotify tells nothing that was collected, and no file but ours has rows of Spotify's and of others."""
    for _, group in groupby(sorted(spans, key=itemgetter(0)), key=itemgetter(0)):
        sources = {source for _, source, *_ in group}
        if sources & {"recent", "current"} or ("listenbrainz" in sources and len(sources) > 1):
            return True
    return False


def _of_source(spans: Spans, sets: Sequence[FileSet], source: str) -> Iterator[Stretch]:
    for one in sets:
        yield from _joined(
            ((first, last) for file_no, by, first, last in spans if by == source and file_no in one.file_nos),
            one.bridges,
        )


def _joined(stretches: Iterable[Stretch], bridges: timedelta) -> list[Stretch]:
    joined: list[Stretch] = []
    for first, last in sorted(stretches):
        if joined and first - joined[-1][1] <= bridges:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined
