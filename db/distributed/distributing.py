"""Distribute the tables of a migrated database, empty or filled, on a Citus cluster.

Each table has its own transaction, so a run that was interrupted continues with the next table.
"""

import logging
from collections.abc import Iterator

from db.distributed.tables import COORDINATOR_OF_ACCOUNTS, DISTRIBUTED, REFERENCE
from db.engine.connection import database, row, rows

log = logging.getLogger(__name__)
# By default, Citus would turn every table that references a reference table into a Citus local table, and refuses to
# distribute that if it has an identity column. In parallel, it could not distribute tables that reference others.
SESSION = ("SET citus.enable_local_reference_table_foreign_keys = off",
           "SET citus.multi_shard_modify_mode = sequential", "SET client_min_messages = warning")  # fmt: skip
RESET = ("RESET citus.enable_local_reference_table_foreign_keys", "RESET citus.multi_shard_modify_mode",
         "RESET client_min_messages")  # fmt: skip
EXISTING = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
NAMES = "SELECT logicalrelid::regclass::text FROM pg_dist_partition"
TO_REFERENCE = "SELECT create_reference_table(%s)"
TO_DISTRIBUTED = "SELECT create_distributed_table(%s, 'account_id', colocate_with => %s)"
# Cascades over foreign keys: one call may take several tables.
TO_COORDINATOR = "SELECT citus_add_local_table_to_metadata(%s, cascade_via_foreign_keys => true)"
# While Citus moves an account to another worker, it finds changed rows by their primary key. Where there is none, rows
# that are equal in all columns are interchangeable.
WITHOUT_KEY = """
    SELECT relname FROM pg_class
    WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace AND relreplident = 'd'
        AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary)
"""
ALL_COLUMNS = "ALTER TABLE {} REPLICA IDENTITY FULL"
# Citus copies the rows and leaves the originals on the coordinator, where nobody can read them any more.
LEFT_BEHIND = """
    SELECT relname FROM pg_class
    WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""
CLEAR = "SELECT truncate_local_data_after_distributing_table(%s)"


def distribute() -> list[str]:
    """Distribute every table that is not distributed yet, and return their names. Needs an open connection.

    Runs after the migrations, under their lock: nothing else may use a database that is being distributed.
    """
    waiting = {table for (table,) in rows(EXISTING)} - _distributed()  # tables of later migrations come later
    steps = [step for step in _steps() if step[0] in waiting]
    prepare_session()
    _identify_rows()
    for place, (table, statement, values) in enumerate(steps, 1):
        log.info("Distributing %s (%s of %s)", table, place, len(steps))
        if table not in _distributed():  # an earlier step may have taken it along
            row(statement, *values)
    _clear_what_was_copied()
    for statement in RESET:
        database.execute_sql(statement)
    database.obj.note_distribution()
    return [table for table, _, _ in steps]


def _identify_rows() -> None:
    for (table,) in rows(WITHOUT_KEY, [*REFERENCE, *DISTRIBUTED]):
        database.execute_sql(ALL_COLUMNS.format(table))


def prepare_session() -> None:
    """Set what migrations of a distributed database need, until the connection is closed or `distribute` ends."""
    for statement in SESSION:
        database.execute_sql(statement)


def _steps() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for table in REFERENCE:
        yield table, TO_REFERENCE, (table,)
    for table in DISTRIBUTED:
        together = "default" if table == DISTRIBUTED[0] else DISTRIBUTED[0]
        yield table, TO_DISTRIBUTED, (table, together)
    for table in COORDINATOR_OF_ACCOUNTS:
        yield table, TO_COORDINATOR, (table,)


def _distributed() -> set[str]:
    return {table for (table,) in rows(NAMES)}


def _clear_what_was_copied() -> None:
    for (table,) in rows(LEFT_BEHIND, [*REFERENCE, *DISTRIBUTED]):
        row(CLEAR, table)
