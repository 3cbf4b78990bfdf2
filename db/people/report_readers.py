"""PostgreSQL roles that read one account through the views of the schema `report`, and nothing else.

The names are random: every role sees all roles' names, and a backup that is restored on another server must not give an
account to a role there that happens to have the name.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import peewee
from psycopg2.errors import DependentObjectsStillExist, InsufficientPrivilege
from psycopg2.extensions import encrypt_password

from db.engine.connection import database, row, rows
from db.engine.records import records
from db.people.accounts import AccountError

CONNECTIONS = 5  # of one role at a time: dashboards read several panels at once
SETTINGS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "search_path": "report",
    "timezone": "UTC",
    "jit": "off",
}
# PostgreSQL refuses to change the rights to a database, or a role, twice at the same time.
ALONE = "LOCK TABLE report_reader IN SHARE ROW EXCLUSIVE MODE"
ROLE = "SELECT role FROM report_reader WHERE account_id = %s"
KEEP = "INSERT INTO report_reader (account_id, role) VALUES (%s, %s) ON CONFLICT (account_id) DO NOTHING"
FORGET = "DELETE FROM report_reader WHERE account_id = %s RETURNING role"
EXISTS = "SELECT FROM pg_roles WHERE rolname = %s"
READERS = """
    SELECT username, role, report_reader.created_at, EXISTS (SELECT FROM pg_roles WHERE rolname = role) AS exists
    FROM report_reader JOIN account ON account.id = account_id ORDER BY username
"""
END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
# A reader who rests within a transaction would keep a change of tables waiting, and all other programs with it.
END_ALL_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename ~ '^insight_reader_[0-9a-f]{12}$' AND pg_has_role(usename, 'USAGE')
"""
MEMBER = "GRANT {} TO CURRENT_USER"  # a user who is not a superuser needs it to end sessions, and to drop the role
MAY_HARDEN = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
TEMPORARY_FILES = "ALTER ROLE {} SET temp_file_limit = '1GB'"  # what a large sort writes could fill the disk
# Otherwise, everybody who may connect can hold our programs' locks, and write temporary tables, large objects and WAL.
OPEN_TO_ALL = """
    SELECT format('REVOKE EXECUTE ON FUNCTION %%s FROM PUBLIC', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND has_function_privilege('public', oid, 'EXECUTE')
        AND proname ~ '^(pg_(try_)?advisory_|lo_(creat|create|from_bytea|put|open|unlink|import|export)$|lowrite$|'
            'pg_logical_emit_message$)'
    UNION ALL SELECT format('REVOKE TEMPORARY ON DATABASE %%I FROM PUBLIC', current_database())
"""
LISTENING = """
    SELECT current_setting('port')::int
    WHERE string_to_array(current_setting('listen_addresses'), ',') && '{127.0.0.1,localhost,*}'
"""
# Citus sends a view's query to the workers as a query of its tables, and they check the reader's rights to these.
ON_A_CLUSTER = (
    "A Citus cluster cannot give SQL access: its workers check rights to tables, not to views, so they would refuse "
    "the role. Restore a backup into one PostgreSQL server, and give SQL access there."
)
log = logging.getLogger("insight.sql_access")


class NoSqlAccess(AccountError):
    """There is nothing to revoke."""


class Reader(msgspec.Struct, frozen=True):
    """`exists`: whether the server has the role. A backup contains who reads what, but no roles."""

    username: str
    role: str
    created_at: datetime
    exists: bool


def readers() -> list[Reader]:
    """Every role that reads an account."""
    return records(Reader, READERS)


def reader_of(account_id: int) -> str:
    """The role of the account, with a new name if it has none yet. Needs a transaction, for whose end others wait.

    Raises AccountError on a cluster.
    """
    if database.obj.is_distributed:
        raise AccountError(ON_A_CLUSTER)
    database.execute_sql(ALONE)
    database.execute_sql(KEEP, (account_id, f"insight_reader_{secrets.token_hex(6)}"))
    (role,) = row(ROLE, account_id) or ("",)
    return str(role)


def statements(role: str, password: str) -> list[str]:
    """The statements that create the role or change its password. The server never sees the password itself."""
    connection: Any = database.connection()
    verifier = encrypt_password(password, role, scope=connection, algorithm="scram-sha-256")
    action = "ALTER" if rows(EXISTS, role) else "CREATE"
    return [
        f"{action} ROLE {role} LOGIN NOINHERIT CONNECTION LIMIT {CONNECTIONS} PASSWORD '{verifier}'",
        *(f"ALTER ROLE {role} SET {name} = '{value}'" for name, value in SETTINGS.items()),
    ]


def run_as_owner(role: str, making: Sequence[str]) -> bool:
    """Run the statements that create a role; False if only an administrator of the server may."""
    try:
        with database.atomic():
            for statement in making:
                database.execute_sql(statement)
            database.execute_sql(MEMBER.format(role))
            rows(END_SESSIONS, role)
    except peewee.ProgrammingError as error:
        if isinstance(error.__context__, InsufficientPrivilege):
            return False
        raise
    _harden(role)
    return True


def forget_reader(account_id: int) -> str | None:
    """Revoke the access: returns the role, dropped where possible; None if there was none.

    Needs a transaction.
    """
    for (role,) in rows(FORGET, account_id):
        drop_role(role)
        return str(role)
    return None


def end_all_sessions() -> None:
    """End the sessions of every role that reads an account, before tables change."""
    rows(END_ALL_SESSIONS)


def tcp_port() -> int | None:
    """The port of this machine on which the server listens beside its socket; None if there is none."""
    listening = row(LISTENING)
    return int(listening[0]) if listening else None


def drop_role(role: str) -> None:
    """End the role's sessions, and drop it. If that is impossible, it stays, and reads nothing."""
    if rows(EXISTS, role) and not _done(_drop, role):
        _done(_shut_out, role)
        log.warning("The role %s can no longer read anything, but could not be dropped: DROP ROLE %s;", role, role)


def _done(step: Callable[[str], None], role: str) -> bool:
    """Run a step; False if an object of the role in another database, or a missing right, prevents it."""
    try:
        with database.atomic():
            step(role)
    except peewee.PeeweeException as error:
        if not isinstance(error.__context__, DependentObjectsStillExist | InsufficientPrivilege):
            raise
        return False
    return True


def _drop(role: str) -> None:
    database.execute_sql(MEMBER.format(role))
    rows(END_SESSIONS, role)
    database.execute_sql(f"DROP OWNED BY {role}")
    database.execute_sql(f"DROP ROLE {role}")


def _shut_out(role: str) -> None:
    """Disable a role that cannot be dropped, because it owns something in another database."""
    database.execute_sql(f"ALTER ROLE {role} NOLOGIN PASSWORD NULL")


def _harden(role: str) -> None:
    """Limit the role, and revoke from PUBLIC the rights that only we need, if we are connected as a superuser."""
    if row(MAY_HARDEN) == (True,):
        database.execute_sql(TEMPORARY_FILES.format(role))
        for (statement,) in rows(OPEN_TO_ALL):
            database.execute_sql(statement)
