"""Dump every table as text and load it again: the contents of a backup. export/backup_file.py writes the file."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import msgspec
import psycopg2

from db.engine.connection import database, row, rows
from db.engine.records import record, records
from db.people.report_readers import drop_role, end_all_sessions, readers
from db.startup.migrate import DIRECTORY, LOCK, apply_migrations

HISTORY = "schema_migration"  # filled by applying migrations, not from a backup
# The text must not depend on the configuration of a server or a role.
PORTABLE_TEXT = """
    SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL bytea_output = 'hex';
    SET LOCAL extra_float_digits = 1; SET LOCAL statement_timeout = 0
"""
CREATED = re.compile(r"CREATE (?:UNLOGGED )?(TABLE|VIEW|FUNCTION) (\w+)")
TABLES = """
    SELECT relname AS name, pg_table_size(pg_class.oid) AS size, array_agg(attname::text ORDER BY attnum) AS columns
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname = ANY(%s)
    GROUP BY 1, 2 ORDER BY 1
"""
SEQUENCES = """
    SELECT sequence.relname FROM pg_class sequence
    JOIN pg_depend ON pg_depend.objid = sequence.oid AND deptype IN ('a', 'i')
    JOIN pg_class owner ON owner.oid = refobjid
    WHERE sequence.relkind = 'S' AND sequence.relnamespace = current_schema()::regnamespace
      AND owner.relname = ANY(%s) ORDER BY 1
"""
FUNCTIONS = """
    SELECT pg_proc.oid::regprocedure::text FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname = ANY(%s)
"""
# Rows are loaded table by table, so the rows to which they refer may still be missing.
FOREIGN_KEYS = """
    SELECT conrelid::regclass::text AS table, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid::regclass::text = ANY(%s)
    ORDER BY 1, 2
"""
REPORT_VIEWS = "SELECT format('report.%%I', viewname) FROM pg_views WHERE schemaname = 'report'"
# A reader of `sql-access` may use the application name of our programs.
OTHER_PROGRAMS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'insight' AND pid <> pg_backend_pid()
        AND usename !~ '^insight_reader_[0-9a-f]{12}$'
"""

Progress = Callable[[float], None]
Sequences = Mapping[str, tuple[int, bool]]  # the last number, and whether a row has got it


class DatabaseInUse(Exception):
    """Another program uses the database; the message says what to do."""


class NotHere(Exception):
    """This database cannot be replaced by a backup; the message says which one can."""


class NotTheSame(Exception):
    """The loaded data differs from the dumped data; nothing was kept."""


@dataclass(frozen=True, slots=True)
class DumpedTable:
    """`share` is its part of the size of all tables, to show progress."""

    name: str
    columns: tuple[str, ...]
    share: float


class _Table(msgspec.Struct, frozen=True):
    name: str
    size: int
    columns: list[str]


class _ForeignKey(msgspec.Struct, frozen=True):
    table: str
    name: str
    definition: str


def use_portable_text() -> None:
    """Read and write values in the same text format on every server, until the transaction ends."""
    database.execute_sql(PORTABLE_TEXT)


def dumped_tables() -> list[DumpedTable]:
    """The tables that our migrations create, except for the list of migrations."""
    tables = records(_Table, TABLES, [[name for name in _created("TABLE") if name != HISTORY]])
    whole = sum(table.size for table in tables) or 1
    return [DumpedTable(table.name, tuple(table.columns), table.size / whole) for table in tables]


def dump_table(table: DumpedTable, target: IO[bytes]) -> int:
    """Write a table's rows in PostgreSQL's text format; returns their number."""
    return _copy("COPY {} ({}) TO STDOUT", table.name, table.columns, target)


class _Sequence(msgspec.Struct, frozen=True):
    last_value: int
    is_called: bool


def sequences() -> dict[str, tuple[int, bool]]:
    """The state of every sequence, by its name."""
    return {name: _state(name) for (name,) in rows(SEQUENCES, _created("TABLE"))}


def _state(name: str) -> tuple[int, bool]:
    sequence = record(_Sequence, f"SELECT last_value, is_called FROM {_quoted(name)}")
    return (sequence.last_value, sequence.is_called) if sequence else (1, False)


@dataclass(frozen=True, slots=True)
class Load:
    """The contents of a backup, which replace everything in the database."""

    migrations: Sequence[str]
    sequences: Sequences
    tables: Callable[[], Iterator[tuple[DumpedTable, IO[bytes]]]]
    rows: Callable[[], Mapping[str, int]]  # the number of each table's rows; known after all tables


def load(dumped: Load) -> None:
    """Replace everything in the database with a backup, in the caller's transaction, which does nothing else.

    Raises DatabaseInUse, NotHere and NotTheSame.
    """
    if database.obj.is_distributed:
        raise NotHere(
            "A distributed database cannot be replaced by a backup: restore it into a PostgreSQL without Citus tables, "
            "then set DATABASE_DISTRIBUTED=citus there. Nothing was changed."
        )
    use_portable_text()
    database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))  # starting programs wait
    if row(OTHER_PROGRAMS) != (0,):
        raise DatabaseInUse(
            "Another Insight program uses this database: stop the service (and the collector), then try again."
        )
    roles = {reader.role for reader in readers()}
    end_all_sessions()
    _drop_everything()
    apply_migrations(dumped.migrations[-1])
    foreign_keys = _drop_foreign_keys()
    _fill(dumped)
    for key in foreign_keys:
        database.execute_sql(f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.definition}")
    for name, (last, is_called) in dumped.sequences.items():
        row("SELECT setval(%s::regclass, %s, %s)", _quoted(name), last, is_called)
    apply_migrations()
    for role in sorted(roles - {reader.role for reader in readers()}):
        drop_role(role)
    database.execute_sql("ANALYZE")


def unknown_migrations(names: Sequence[str]) -> list[str]:
    """The migrations among `names` that this version does not have."""
    return [name for name in names if name not in {path.stem for path in DIRECTORY.glob("[0-9]*.py")}]


def _fill(dumped: Load) -> None:
    database.execute_sql(f"TRUNCATE {', '.join(_quoted(table.name) for table in dumped_tables())}")
    loaded = {
        table.name: _copy("COPY {} ({}) FROM STDIN", table.name, table.columns, source)
        for table, source in dumped.tables()
    }
    incomplete = sorted(name for name, count in dumped.rows().items() if loaded.get(name) != count)
    if incomplete:
        raise NotTheSame(f"The backup does not contain all rows of {', '.join(incomplete)}. Nothing was changed.")


def _drop_everything() -> None:
    for (view,) in rows(REPORT_VIEWS):
        database.execute_sql(f"DROP VIEW IF EXISTS {view} CASCADE")
    tables, views = ([_quoted(name) for name in _created(kind)] for kind in ("TABLE", "VIEW"))
    for statement in (f"DROP VIEW IF EXISTS {', '.join(views)}", f"DROP TABLE IF EXISTS {', '.join(tables)} CASCADE"):
        database.execute_sql(statement)
    for (function,) in rows(FUNCTIONS, _created("FUNCTION")):
        database.execute_sql(f"DROP FUNCTION {function}")


def _drop_foreign_keys() -> list[_ForeignKey]:
    foreign_keys = records(_ForeignKey, FOREIGN_KEYS, [_created("TABLE")])
    for key in foreign_keys:
        database.execute_sql(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}")
    return foreign_keys


def _created(kind: str) -> list[str]:
    """The names of what our migrations create; other programs' tables in the same schema stay untouched."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(DIRECTORY.glob("[0-9]*.py"))]
    names = dict.fromkeys(name for text in texts for created, name in CREATED.findall(text) if created == kind)
    return [*names, HISTORY] if kind == "TABLE" else list(names)


def _copy(statement: str, table: str, columns: Sequence[str], stream: IO[bytes]) -> int:
    sql = statement.format(_quoted(table), ", ".join(map(_quoted, columns)))
    cursor: Any = database.cursor()
    try:
        cursor.copy_expert(sql, stream)
    except psycopg2.DataError as error:
        raise NotTheSame(f"The rows of {table} in the backup cannot be read. Nothing was changed.") from error
    return int(cursor.rowcount)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
