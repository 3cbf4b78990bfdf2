"""Prepare the nodes of a Citus cluster, and check them: their sessions must behave as our own connections do.

Citus opens the sessions on workers itself, without the settings of our connections. In another time zone, a worker
would assign plays to wrong hours and days, without an error.
"""

from typing import Any

from psycopg2 import sql

from advice import command
from db.engine.checking import Connection, checked_connection
from db.engine.connection import SETTINGS
from db.engine.distribution import has_citus, is_distributed
from db.engine.failures import DatabaseUnsuitable, explained

CITUS_SETTINGS = {
    "citus.propagate_set_commands": "local",  # so that SET LOCAL work_mem reaches the workers
    "citus.multi_shard_modify_mode": "sequential",  # in parallel, a transaction could not write plays and then music
}
WORKERS = "SELECT count(*) FROM pg_dist_node WHERE noderole = 'primary' AND groupid > 0 AND isactive"
WORKER_SETTINGS = """
    SELECT nodename, nodeport, success, result FROM run_command_on_workers(format('SELECT current_setting(%%L)', %s))
"""
NO_CITUS = (
    "DATABASE_DISTRIBUTED is citus, but this database has no Citus: run CREATE EXTENSION citus in it on every node, "
    "and add the workers with citus_add_node."
)
NO_WORKERS = "DATABASE_DISTRIBUTED is citus, but the cluster has no workers: add them with SELECT citus_add_node(…)."
FORGOTTEN = "This database is distributed: set DATABASE_DISTRIBUTED=citus, so that new tables are distributed as well."
READERS = "SELECT username FROM report_reader JOIN account ON account.id = account_id ORDER BY username"
HAS_READERS = "SELECT to_regclass('public.report_reader') IS NOT NULL"
SQL_ACCESS = (
    "A Citus cluster cannot give SQL access: these accounts have it: {names}. End it with `{ending}`, without "
    "DATABASE_DISTRIBUTED. docs/scale.md says what to do instead."
)
NOT_REACHED = "The worker {node} does not answer the coordinator ({reason}): start it, or see pg_dist_node."
WRONG = (
    "The sessions of worker {node} have {name} = {value!r} instead of {right!r}, which would change answers: run ALTER "
    "DATABASE … SET {name} = '{right}' on it, and ALTER ROLE … RESET {name}."
)


def refuse_unsuitable_cluster(url: str, options: str, *, wanted: bool) -> None:
    """Prepare the cluster at `url`, if one is wanted. Raises DatabaseUnsuitable and DatabaseUnreachable."""
    with checked_connection(url, options) as connection, explained():
        if wanted:
            _prepare(connection)
        elif is_distributed(connection):
            raise DatabaseUnsuitable(FORGOTTEN)


def _prepare(connection: Connection) -> None:
    if not has_citus(connection):
        raise DatabaseUnsuitable(NO_CITUS)
    if not _workers(connection):
        raise DatabaseUnsuitable(NO_WORKERS)
    if not is_distributed(connection):
        _refuse_sql_access(connection)
        _set_for_all_nodes(connection)
    for name, right in SETTINGS.items():
        _refuse_other_settings(connection, name, right)


def _refuse_sql_access(connection: Connection) -> None:
    """Before the database is distributed: its roles could read nothing afterwards."""
    if not _values(connection, HAS_READERS)[0]:
        return
    if names := _values(connection, READERS):
        ending = command("cli.py", "sql-access USERNAME --revoke")
        raise DatabaseUnsuitable(SQL_ACCESS.format(names=", ".join(names), ending=ending))


def _set_for_all_nodes(connection: Connection) -> None:
    """Citus applies ALTER DATABASE to the workers, too."""
    name = sql.Identifier(connection.info.dbname)
    for setting, value in {**SETTINGS, **CITUS_SETTINGS}.items():
        statement = sql.SQL("ALTER DATABASE {} SET {} = {}").format(
            name, sql.SQL(".").join(map(sql.Identifier, setting.split("."))), sql.Literal(value)
        )
        connection.cursor().execute(statement)


def _refuse_other_settings(connection: Connection, name: str, right: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WORKER_SETTINGS, (name,))
        for host, port, success, result in cursor.fetchall():
            node = f"{host}:{port}"
            if not success:
                raise DatabaseUnsuitable(NOT_REACHED.format(node=node, reason=" ".join(str(result).split())))
            if result != right:
                raise DatabaseUnsuitable(WRONG.format(node=node, name=name, value=result, right=right))


def _workers(connection: Connection) -> int:
    return int(_values(connection, WORKERS)[0])


def _values(connection: Connection, query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [value for (value,) in cursor.fetchall()]
