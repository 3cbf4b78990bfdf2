"""Every table as text, and back: what a backup is made of. The file around it is export/backup_file.py's."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import psycopg2

from db.engine.connection import database, row, rows
from db.startup.migrate import DIRECTORY, LOCK, apply_migrations

HISTORY = "schema_migration"  # made by applying migrations, and not from a backup
# What is written and read must not depend on how a server or a role is set up.
PLAINLY = """
    SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL bytea_output = 'hex';
    SET LOCAL extra_float_digits = 1; SET LOCAL statement_timeout = 0
"""
MADE = re.compile(r"CREATE (?:UNLOGGED )?(TABLE|VIEW|FUNCTION) (\w+)")
TABLES = """
    SELECT relname, pg_table_size(pg_class.oid), array_agg(attname ORDER BY attnum)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname = ANY(%s)
    GROUP BY 1, 2 ORDER BY 1
"""
SEQUENCES = """
    SELECT sequence.relname, owner.relname FROM pg_class sequence
    JOIN pg_depend ON pg_depend.objid = sequence.oid AND deptype IN ('a', 'i')
    JOIN pg_class owner ON owner.oid = refobjid
    WHERE sequence.relkind = 'S' AND sequence.relnamespace = current_schema()::regnamespace
      AND owner.relname = ANY(%s) ORDER BY 1
"""
FUNCTIONS = """
    SELECT pg_proc.oid::regprocedure::text FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname = ANY(%s)
"""
# Rows come table by table, so what they refer to may still be missing.
REFERENCES = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid::regclass::text = ANY(%s)
    ORDER BY 1, 2
"""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'insight' AND pid <> pg_backend_pid()
"""

Progress = Callable[[float], None]
Sequences = Mapping[str, tuple[int, bool]]  # (the last number, whether it was given to a row)


class DatabaseInUse(Exception):
    """Another program works with the database; the sentence says what to do."""


class NotTheSame(Exception):
    """What was loaded is not what was dumped; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class DumpedTable:
    """`share` is how large a part of the whole it is, for people who wait."""

    name: str
    columns: tuple[str, ...]
    share: float


def plainly() -> None:
    """For the transaction under way."""
    database.execute_sql(PLAINLY)


def dumped_tables() -> list[DumpedTable]:
    """Those that our migrations make, but for the list of migrations."""
    found = rows(TABLES, [name for name in _made("TABLE") if name != HISTORY])
    whole = sum(size for _, size, _ in found) or 1
    return [DumpedTable(name, tuple(columns), size / whole) for name, size, columns in found]


def dump_table(table: DumpedTable, target: IO[bytes]) -> int:
    """Write a table's rows in PostgreSQL's text format; returns how many there are."""
    return _copy("COPY {} ({}) TO STDOUT", table.name, table.columns, target)


def sequences() -> dict[str, tuple[int, bool]]:
    """Where the numbers of new rows go on."""
    names = [name for name, _ in rows(SEQUENCES, _made("TABLE"))]
    return {name: row(f"SELECT last_value, is_called FROM {_quoted(name)}") or (1, False) for name in names}


@dataclass(frozen=True, slots=True)
class Load:
    """What to put in the place of everything."""

    migrations: Sequence[str]
    sequences: Sequences
    tables: Callable[[], Iterator[tuple[DumpedTable, IO[bytes]]]]
    rows: Callable[[], Mapping[str, int]]  # how many each table has; known at the end of all tables


def load(dumped: Load) -> None:
    """Put what was dumped in the place of everything there is; part of the caller's transaction, which it needs alone.

    Raises DatabaseInUse and NotTheSame.
    """
    plainly()
    database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))  # a program that starts waits
    if row(OTHERS) != (0,):
        raise DatabaseInUse(
            "Another program of Insight uses this database: stop the service (and the collector), then try again."
        )
    _drop_everything()
    apply_migrations(dumped.migrations[-1])
    references = _without_references()
    _fill(dumped)
    for table, name, definition in references:
        database.execute_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for name, (last, is_called) in dumped.sequences.items():
        row("SELECT setval(%s::regclass, %s, %s)", _quoted(name), last, is_called)
    apply_migrations()
    database.execute_sql("ANALYZE")


def unknown_migrations(names: Sequence[str]) -> list[str]:
    """Those that this version does not have."""
    return [name for name in names if name not in {path.stem for path in DIRECTORY.glob("[0-9]*.py")}]


def _fill(dumped: Load) -> None:
    database.execute_sql(f"TRUNCATE {', '.join(_quoted(table.name) for table in dumped_tables())}")
    loaded = {
        table.name: _copy("COPY {} ({}) FROM STDIN", table.name, table.columns, source)
        for table, source in dumped.tables()
    }
    wrong = sorted(name for name, count in dumped.rows().items() if loaded.get(name) != count)
    if wrong:
        raise NotTheSame(f"The backup does not hold all rows of {', '.join(wrong)}. Nothing was changed.")


def _drop_everything() -> None:
    tables, views = ([_quoted(name) for name in _made(kind)] for kind in ("TABLE", "VIEW"))
    for statement in (f"DROP VIEW IF EXISTS {', '.join(views)}", f"DROP TABLE IF EXISTS {', '.join(tables)} CASCADE"):
        database.execute_sql(statement)
    for (function,) in rows(FUNCTIONS, _made("FUNCTION")):
        database.execute_sql(f"DROP FUNCTION {function}")


def _without_references() -> list[tuple[str, str, str]]:
    found = [(table, name, definition) for table, name, definition in rows(REFERENCES, _made("TABLE"))]
    for table, name, _ in found:
        database.execute_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return found


def _made(kind: str) -> list[str]:
    """The names of what our migrations make; other programs' tables in the same schema are left alone."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(DIRECTORY.glob("[0-9]*.py"))]
    names = dict.fromkeys(name for text in texts for found, name in MADE.findall(text) if found == kind)
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
